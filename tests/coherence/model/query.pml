/* query.pml: cached lists behind a generation, and the rows that a list names.
 *
 *   Redis   the key G of the generation; the key g holds the list stored under the
 *           generation g.  A list computed when the rows had versions a and b is (a, b)
 *   Writer  two; writer i changes row i, and both block G
 *   Reader  two: generation, list, lease, SELECT, fill; then the rows that a cached
 *           list names, each compared with what the list says of it; where one
 *           differs, one SELECT gives the whole
 *
 * Scope: READS, FAULTS, CRASH, EVICT, RESTART and FAILOVER as in shared.pml, and
 *   ROWS        of a cached list the rows are read too; both must be of one state.  A
 *               row may come from its own cache: as it was when the reader began, or
 *               as it is
 *
 * Broken on purpose, beside those of redis.pml:
 *   COUNTER     a generation counts, and begins again when its key vanished
 *   NO_TOMB     nothing is blocked: the generation is deleted after COMMIT
 *   GEN_LATE    the generation is read as the list is filled, not before the SELECT
 *   NO_COMPARE  rows are given as they are, whatever the list says of them
 */
#ifndef FAULTS
#define FAULTS 0
#endif
#ifndef READS
#define READS 1
#endif
#define NW 2
#define NR 2
#define G 0
#define NK (READS + 3) /* a read makes one generation at most */
#include "redis.pml"

byte fresh;         /* the last generation made: each is made once */
Key old;            /* what the next master has of G */
bool copied;
byte com[2], floor[2];
byte tx[NW];        /* 1 open, 2 committed, 3 rolled back */
bool gone[NW];
byte finished, faults = FAULTS;
bool u_crash, u_evict, u_master;

proctype Reader(byte r) {
  byte n, f0, f1, g, x, y, p, q, tok, at, under;
  bool mine, cached;
  do
  :: n == (r == 0 -> READS : 1) -> break
  :: else ->
Q_BEGIN:
     atomic { n++; tok = 1 + r * READS + n; f0 = floor[0]; f1 = floor[1] }
Q_GEN:
     atomic {
       if
       :: key[G].tag == V -> g = key[G].a; goto Q_LIST
       :: BUSY(G) -> goto Q_SELECT
       :: else
       fi
     }
Q_GEN_LEASE:
     atomic {
       if
       :: key[G].tag == ABSENT -> set_lease(G, tok); at = conn; under = reign
       :: key[G].tag == V -> g = key[G].a; goto Q_LIST
       :: else -> goto Q_SELECT
       fi
     }
Q_GEN_FILL:
     atomic {
       if
       :: MAY_FILL(G, tok, at) ->
          fresh++; assert(fresh < NK); g = fresh;
          fill(G, tok, at, under, g, 0)
       :: else -> goto Q_SELECT
       fi
     }
Q_LIST:
     atomic {
       if
       :: HIT(g) -> x = key[g].a; y = key[g].b; cached = true; goto Q_ANSWER
       :: BUSY(g) -> goto Q_SELECT
       :: else
       fi
     }
Q_LIST_LEASE:
     atomic {
       if
       :: HIT(g) -> x = key[g].a; y = key[g].b; cached = true; goto Q_ANSWER
       :: BUSY(g)
       :: else -> set_lease(g, tok); at = conn; under = reign; mine = true
       fi
     }
Q_SELECT:
     atomic { x = com[0]; y = com[1] }
Q_FILL:
#ifdef GEN_LATE
     atomic {
       if
       :: mine && key[G].tag == V ->
          g = key[G].a; key[g].tag = L; key[g].tok = tok;
          fill(g, tok, at, under, x, y)
       :: else
       fi
     }
#else
     atomic { if :: mine -> fill(g, tok, at, under, x, y) :: else fi }
#endif
Q_ANSWER:
     GUARANTEE(7, x >= f0 && x <= com[0] && y >= f1 && y <= com[1]);
#ifdef ROWS
     if
     :: cached ->
Q_ROW0: atomic { if :: p = com[0] :: p = f0 fi }
Q_ROW1: atomic { if :: q = com[1] :: q = f1 fi }
Q_COMPARE:
        atomic {
#ifndef NO_COMPARE
          if
          :: p == x && q == y
          :: else -> p = com[0]; q = com[1]; x = p; y = q /* one SELECT */
          fi;
#endif
          GUARANTEE(7, p == x && q == y);
          GUARANTEE(7, x >= f0 && x <= com[0] && y >= f1 && y <= com[1])
        }
     :: else
     fi;
#endif
Q_END:
     atomic {
       x = 0; y = 0; p = 0; q = 0; g = 0; tok = 0; at = 0; under = 0;
       f0 = 0; f1 = 0; mine = false; cached = false
     }
  od;
  atomic { n = 0; finished++ }
}

#ifdef CRASH
#define DIES :: atomic { faults > 0 && !u_crash -> \
       faults--; u_crash = true; gone[i] = true; \
       if :: tx[i] == 1 -> tx[i] = 3 :: else fi; goto W_OUT }
#else
#define DIES
#endif

proctype Writer(byte i) {
  tx[i] = 1;
#ifndef NO_TOMB
W_BLOCK:
  if :: atomic { block(G, i) } DIES fi;
#endif
W_COMMIT:
  if :: atomic { com[i]++; tx[i] = 2 } :: tx[i] = 3 DIES fi;
W_UNBLOCK:
  if :: atomic { unblock(G, i) } DIES fi;
W_RETURN:
  atomic { if :: tx[i] == 2 -> floor[i] = com[i] :: else fi }
W_OUT:
  finished++
}

#define EXPIRES(i) \
  (gone[i] && key[G].tag == T && (key[G].hold & (1 << i)))

proctype World() {
  byte i;
end:
  do
  /* X_LEASE_ENDS, X_DEADLINE */
  :: atomic { key[G].tag == L -> set_absent(G) }
  :: atomic { fresh > 0 && key[fresh].tag == L -> set_absent(fresh) }
  :: atomic { EXPIRES(0) -> drop_holder(G, 0) }
  :: atomic { EXPIRES(1) -> drop_holder(G, 1) }
#ifdef EVICT
  :: atomic { faults > 0 && !u_evict && key[G].tag != ABSENT ->
       faults--; u_evict = true; set_absent(G);
#ifdef COUNTER
       fresh = 0
#endif
     }
#endif
#ifdef RESTART
  :: atomic { faults > 0 && !u_master ->
       faults--; u_master = true; new_master();
       i = 0;
       do :: i < NK -> clear(i); i++ :: else -> break od;
       i = 0 }
#endif
#ifdef FAILOVER /* G as it was; the lists are all there: the worst case */
  :: atomic { faults > 0 && !u_master && !copied ->
       copied = true;
       if :: key[G].tag == V -> old.tag = V; old.a = key[G].a; old.by = key[G].by
          :: else fi }
  :: atomic { faults > 0 && !u_master && copied ->
       faults--; u_master = true; new_master(); clear(G);
       key[G].tag = old.tag; key[G].a = old.a; key[G].by = old.by;
       old.tag = 0; old.a = 0; old.by = 0 }
#endif
  od
}

#define LIST key[G].a

/* 5: when all is quiet no stale list is left. */
proctype Quiet() {
end:
  finished == NW + NR && tx[0] > 1 && tx[1] > 1 ->
  GUARANTEE(5, !(key[G].tag == V && HIT(LIST)) || \
               (key[LIST].a == com[0] && key[LIST].b == com[1]))
}

init {
  atomic {
    run Writer(0); run Writer(1); run Reader(0); run Reader(1);
    run World(); run Quiet()
  }
}
