/* stamp.pml: a whole table is forgotten by its stamp.
 *
 *   Redis   the key S of the stamp; the key ROW holds a version (a) and the stamp under
 *           which it was stored (b)
 *   Bulk    changes the row without naming it, twice: blocks S, COMMIT, unblocks S
 *   Reader  two: stamp and row, lease, SELECT, fill
 *
 * Scope: READS, FAULTS, CRASH, EVICT, RESTART and FAILOVER as in shared.pml.
 *
 * Broken on purpose, beside those of redis.pml:
 *   STAMP_LATE  the stamp is read again as the row is filled
 *   NX_AGAIN    a lost making of a stamp is sent again with the same value
 *   NO_TOMB     nothing is blocked: the stamp is deleted after COMMIT
 */
#ifndef FAULTS
#define FAULTS 0
#endif
#ifndef READS
#define READS 2
#endif
#define NR 2
#define NK 2
#define S 0
#define ROW 1
#include "redis.pml"

byte fresh;          /* the last stamp made */
byte com, floor, finished, faults = FAULTS;
bool gone, u_crash, u_evict, u_master;
#ifdef NX_AGAIN
byte late_stamp;     /* a stamp that is still on its way */
bool u_late;
#endif
#ifdef FAILOVER
byte old_tag, old_a; /* what the next master has of S */
bool copied;
#endif

inline set_stamp(v) { clear(S); key[S].tag = V; key[S].a = v }
#define ROW_HIT(st) (HIT(ROW) && key[ROW].b == st)

proctype Reader(byte r) {
  byte n, f, st, x, tok, at, under;
  bool mine;
  do
  :: n == (r == 0 -> READS : 1) -> break
  :: else ->
S_BEGIN:
     atomic { n++; f = floor; tok = 1 + r * READS + n }
S_STAMP:
     atomic {
       if
       :: key[S].tag == V -> st = key[S].a; goto S_GET
       :: key[S].tag == T -> goto S_SELECT
       :: else
       fi
     }
S_MAKE:
     atomic {
       if
       :: key[S].tag == ABSENT ->
          fresh++; set_stamp(fresh); st = fresh;
#ifdef NX_AGAIN
          if :: !u_late -> u_late = true; late_stamp = fresh :: true fi
#endif
       :: key[S].tag == V -> st = key[S].a
       :: else -> goto S_SELECT
       fi
     }
S_GET:
     atomic {
       if
       :: ROW_HIT(st) -> x = key[ROW].a; goto S_ANSWER
       :: BUSY(ROW) -> goto S_SELECT
       :: else
       fi
     }
S_LEASE:
     atomic {
       if
       :: ROW_HIT(st) -> x = key[ROW].a; goto S_ANSWER
       :: BUSY(ROW)
       :: else -> set_lease(ROW, tok); mine = true; at = conn; under = reign
       fi
     }
S_SELECT:
     x = com;
S_FILL:
     atomic {
       if
       :: mine ->
#ifdef STAMP_LATE
          if :: key[S].tag == V -> st = key[S].a :: else fi;
#endif
          fill(ROW, tok, at, under, x, st)
       :: else
       fi
     }
S_ANSWER:
     atomic {
       GUARANTEE(1, x <= com); GUARANTEE(3, x >= f);
       x = 0; st = 0; f = 0; tok = 0; at = 0; under = 0; mine = false
     }
  od;
  atomic { n = 0; finished++ }
}

#ifdef CRASH
#define DIES :: atomic { faults > 0 && !u_crash -> \
       faults--; u_crash = true; gone = true; goto W_OUT }
#else
#define DIES
#endif

proctype Bulk() {
  byte n, mine;
  do
  :: n == 2 -> break
  :: else ->
     n++;
#ifndef NO_TOMB
W_BLOCK:
     if :: atomic { block(S, 0) } DIES fi;
#endif
W_COMMIT:
     if :: atomic { com++; mine = com } :: mine = 0 DIES fi;
W_UNBLOCK:
     if :: atomic { unblock(S, 0) } DIES fi;
W_RETURN:
     atomic { if :: mine > 0 -> floor = mine :: else fi }
  od;
W_OUT:
  atomic { n = 0; mine = 0; finished++ }
}

proctype World() {
end:
  do
  /* X_LEASE_ENDS, X_DEADLINE */
  :: atomic { key[ROW].tag == L -> set_absent(ROW) }
  :: atomic { gone && key[S].tag == T -> set_absent(S) }
#ifdef NX_AGAIN
  :: atomic { late_stamp != 0 ->
       if :: key[S].tag == ABSENT -> set_stamp(late_stamp) :: else fi;
       late_stamp = 0 }
#endif
#ifdef EVICT
  :: atomic { faults > 0 && !u_evict && key[S].tag != ABSENT ->
       faults--; u_evict = true; set_absent(S) }
#endif
#ifdef RESTART
  :: atomic { faults > 0 && !u_master ->
       faults--; u_master = true; new_master(); set_absent(S);
       set_absent(ROW) }
#endif
#ifdef FAILOVER /* S as it was; the row is still there: the worst case */
  :: atomic { faults > 0 && !u_master && !copied ->
       copied = true;
       if :: key[S].tag == V -> old_tag = V; old_a = key[S].a :: else fi }
  :: atomic { faults > 0 && !u_master && copied ->
       faults--; u_master = true; new_master(); clear(S);
       key[S].tag = old_tag; key[S].a = old_a; old_tag = 0; old_a = 0 }
#endif
  od
}

/* 5: when all is quiet no stale row is left. */
proctype Quiet() {
end:
  atomic {
    finished == NR + 1 && key[S].tag == V && ROW_HIT(key[S].a) ->
    GUARANTEE(5, key[ROW].a == com)
  }
}

init {
  atomic { run Bulk(); run Reader(0); run Reader(1); run World(); run Quiet() }
}
