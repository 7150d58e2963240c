/* bulk.pml: rows that a process P keeps by a stamp in its memory, beside a statement
 * that blocks the stamp and one that changes the row by name.
 *
 *   Redis    the keys S (the stamp) and ROW (a version, and the stamp it was stored
 *            under).  S and ROW belong to two shards of the local tier: two counts
 *   Channel  what it tells of S and of ROW may reach P in any order.  That it is alive
 *            is local.pml's affair
 *   Bulk     blocks S, COMMIT, unblocks S: it does not name the row
 *   Writer   blocks ROW, COMMIT, unblocks ROW
 *   P_Read   a connection of P: a row of the local tier is a hit under the stamp in
 *            memory; else stamp, row, lease, SELECT, fill
 *   Other    a reader of another process
 *
 * Scope: READS=n reads of P_Read; CRASH: one of the two writers dies; LEASES_END: a
 * lease may end before its fill.
 *
 * Broken on purpose:
 *   STAMP_UNCOUNTED  P keeps a row by the count of the row's shard alone
 *   ROW_UNCOUNTED    ... of the stamp's shard alone
 *   HIT_ANY_STAMP    a hit does not ask under which stamp the row was kept
 *   STAMP_IN_MEMORY  Redis's rows, too, are judged by the stamp in memory
 */
#ifndef READS
#define READS 2
#endif
#define NK 2
#define S 0
#define ROW 1
#define NOROW 9

bool news[2];  /* told of this key, not yet heard by P */
#define TELL(k) news[k] = true
#include "redis.pml"

byte fresh = 1; /* the last stamp made */
byte com, floor;
bool lock, gone[2], u_crash;
byte row = NOROW, row_stamp; /* P's row, and its stamp */
byte stamp;     /* P's stamp in memory; 0: none */
bool stirred[2]; /* the count of this key's shard was raised since P_NOTE */

#define ROW_HIT(st) (HIT(ROW) && key[ROW].b == st)
inline set_stamp() {
  fresh++; clear(S); key[S].tag = V; key[S].a = fresh; TELL(S)
}

#ifdef STAMP_UNCOUNTED
#define MAY_KEEP (!stirred[ROW])
#else
#ifdef ROW_UNCOUNTED
#define MAY_KEEP (!stirred[S])
#else
#define MAY_KEEP (!stirred[S] && !stirred[ROW])
#endif
#endif
#ifdef HIT_ANY_STAMP
#define LOCAL_HIT (row != NOROW)
#else
#define LOCAL_HIT (row != NOROW && stamp != 0 && row_stamp == stamp)
#endif

/* Of P or of another process. */
proctype Reader(bool of_p; byte tok; byte reads) {
  byte n, f, st, x, at, under;
  bool keep, mine;
  do
  :: n == reads -> break
  :: else ->
S_BEGIN:
     atomic { n++; f = floor }
     if
     :: of_p ->
P_HIT:
        atomic {
          if
          :: LOCAL_HIT ->
             GUARANTEE(1, row <= com);
             GUARANTEE(4, row >= f || news[S] || news[ROW]);
             goto S_END
          :: else
          fi
        }
P_NOTE:
        atomic { stirred[S] = false; stirred[ROW] = false }
     :: else
     fi;
S_STAMP:
     atomic {
       if
#ifdef STAMP_IN_MEMORY
       :: of_p && stamp != 0 -> st = stamp; goto S_GET
       :: !(of_p && stamp != 0) && key[S].tag == V ->
          st = key[S].a; goto S_GET
#else
       :: key[S].tag == V -> st = key[S].a; goto S_GET
#endif
       :: key[S].tag == T -> goto S_SELECT
       :: else
       fi
     }
S_MAKE:
     atomic {
       if
       :: key[S].tag == ABSENT -> set_stamp(); st = fresh
       :: key[S].tag == V -> st = key[S].a
       :: else -> goto S_SELECT
       fi
     }
S_GET:
     atomic {
       if
       :: ROW_HIT(st) ->
          x = key[ROW].a; keep = true;
          GUARANTEE(3, x >= f);
          goto P_KEEP
       :: BUSY(ROW) -> goto S_SELECT
       :: else
       fi
     }
S_LEASE:
     atomic {
       if
       :: ROW_HIT(st) ->
          x = key[ROW].a; keep = true;
          GUARANTEE(3, x >= f);
          goto P_KEEP
       :: BUSY(ROW)
       :: else ->
          set_lease(ROW, tok + n); mine = true; at = conn; under = reign
       fi
     }
S_SELECT:
     x = com;
S_FILL: /* P hears of its own fill, too; a row may be kept after it */
     atomic {
       if
       :: mine ->
          keep = MAY_FILL(ROW, tok + n, at);
          fill(ROW, tok + n, at, under, x, st)
       :: else
       fi
     }
P_KEEP:
     atomic {
       if
       :: of_p && keep && MAY_KEEP -> row = x; row_stamp = st; stamp = st
       :: else
       fi
     }
S_END:
     atomic {
       f = 0; st = 0; x = 0; at = 0; under = 0; keep = false; mine = false
     }
  od;
  n = 0
}

proctype P_Drain() {
end:
  do
  :: atomic { news[S] -> news[S] = false; stirred[S] = true; stamp = 0 }
  :: atomic { news[ROW] -> news[ROW] = false; stirred[ROW] = true;
       row = NOROW; row_stamp = 0 }
  od
}

#ifdef CRASH
#define DIES :: atomic { !u_crash -> u_crash = true; gone[which] = true; goto W_OUT }
#else
#define DIES
#endif

/* which: the key that it blocks. */
proctype Writer(byte which) {
  byte mine;
W_LOCK:
  atomic { !lock -> lock = true }
W_BLOCK:
  if :: atomic { block(which, which) } DIES fi;
W_COMMIT:
  if :: atomic { com++; mine = com; lock = false } DIES fi;
W_UNBLOCK:
  if :: atomic { unblock(which, which) } DIES fi;
W_RETURN:
  atomic { if :: floor < mine -> floor = mine :: else fi }
W_OUT:
  atomic { if :: gone[which] && mine == 0 -> lock = false :: else fi; mine = 0 }
}

proctype World() {
end:
  do
#ifdef LEASES_END
  :: atomic { key[ROW].tag == L -> set_absent(ROW) } /* X_LEASE_ENDS */
#endif
  /* X_DEADLINE */
  :: atomic { gone[S] && key[S].tag == T -> drop_holder(S, S) }
  :: atomic { gone[ROW] && key[ROW].tag == T -> drop_holder(ROW, ROW) }
  od
}

init {
  atomic {
    key[S].tag = V; key[S].a = fresh;
    key[ROW].tag = V; key[ROW].b = fresh; key[ROW].by = reign;
    run Writer(S); run Writer(ROW);
    run Reader(true, 10, READS); run Reader(false, 20, 1);
    run P_Drain(); run World()
  }
}
