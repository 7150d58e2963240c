/* xa.pml: a branch of a transaction over several pools, and its recovery.
 *
 *   MySQL     one row, of a branch: its lock stays from the writer's death to recovery.
 *             The record (the decision, and the keys that were blocked) is there before
 *             XA PREPARE
 *   Redis     the row's key
 *   Writer    block, XA PREPARE, the decision in another pool, XA COMMIT, unblock; it
 *             may die everywhere
 *   Recovery  two processes; each finds the branch, blocks its keys again, with a
 *             transaction id of its own, sends XA COMMIT, unblocks; or it rolls back
 *             what was not decided.  It may give up
 *   Reader    two: get, lease, SELECT, fill
 *
 * A branch may stay prepared longer than any holder: the deadline of the writer's own
 * may pass while it does.
 *
 * Scope:
 *   CRASH       the writer dies
 *   CRASH_TOO   a recovery dies, too
 *   READS=n     reads of reader 0; reader 1 reads once
 *
 * Broken on purpose:
 *   NO_REBLOCK    recovery knows no keys: it neither blocks nor unblocks
 *   LATE_REBLOCK  recovery only unblocks, behind XA COMMIT
 *   ONE_TXID      all that end a branch block under the id of its writer
 */
#define NK 1
#define KEY 0
#define NREC 2
#ifndef READS
#define READS 1
#endif
#include "redis.pml"

#define NONE 0
#define OPEN 1
#define PREPARED 2
#define SENT 3  /* XA COMMIT is under way */
#define DONE 4
#define BACK 5
byte tx;
byte sender;    /* who has sent XA COMMIT: 0 the writer, else a recovery */
bool decided;
byte com, floor;
bool gone[NREC + 1]; /* 0: the writer */
bool u_crash, u_rec;
byte finished, ended; /* readers; the writer and recoveries */

#ifdef ONE_TXID
#define TXID(i) 0
#else
#define TXID(i) i
#endif

proctype Reader(byte r) {
  byte n, f, x, tok, at, under;
  bool mine;
  do
  :: n == (r == 0 -> READS : 1) -> break
  :: else ->
R_BEGIN:
     atomic { n++; f = floor; tok = 1 + r * READS + n }
R_GET:
     atomic {
       if
       :: HIT(KEY) -> x = key[KEY].a; goto R_ANSWER
       :: BUSY(KEY) -> goto R_SELECT
       :: else
       fi
     }
R_LEASE:
     atomic {
       if
       :: HIT(KEY) -> x = key[KEY].a; goto R_ANSWER
       :: BUSY(KEY)
       :: else -> set_lease(KEY, tok); mine = true; at = conn; under = reign
       fi
     }
R_SELECT:
     x = com;
R_FILL:
     atomic { if :: mine -> fill(KEY, tok, at, under, x, 0) :: else fi }
R_ANSWER:
     atomic {
       GUARANTEE(1, x <= com); GUARANTEE(3, x >= f);
       x = 0; f = 0; tok = 0; at = 0; under = 0; mine = false
     }
  od;
  atomic { n = 0; finished++ }
}

#ifdef CRASH
#define DIES :: atomic { !u_crash -> u_crash = true; gone[0] = true; goto W_OUT }
#else
#define DIES
#endif

proctype Writer() {
W_LOCK:
  tx = OPEN;
W_BLOCK:
  if :: atomic { block(KEY, 0) } DIES fi;
W_PREPARE: /* the record names the key */
  if :: tx = PREPARED DIES fi;
W_DECIDE:
  if :: decided = true DIES fi;
W_COMMIT:
  if :: tx = SENT DIES fi;
W_ANSWER:
  if :: tx == DONE DIES fi;
W_UNBLOCK:
  if :: atomic { unblock(KEY, 0) } DIES fi;
W_RETURN:
  floor = 1;
W_OUT:
  ended++
}

#ifdef CRASH_TOO
#define DIES_TOO :: atomic { !u_rec -> u_rec = true; gone[i] = true; goto X_OUT }
#else
#define DIES_TOO
#endif

proctype Recovery(byte i) {
X_FIND: /* a branch whose connection has ended */
end:
  atomic {
    gone[0] && tx >= PREPARED;
    if
    :: tx == PREPARED && !decided -> tx = BACK; goto X_OUT /* XA ROLLBACK */
    :: tx >= DONE -> goto X_OUT
    :: else
    fi
  }
#if !defined(NO_REBLOCK) && !defined(LATE_REBLOCK)
X_BLOCK:
  if :: atomic { block(KEY, TXID(i)) } DIES_TOO fi;
#endif
X_COMMIT:
  if
  :: atomic { tx == PREPARED -> tx = SENT; sender = i }
  :: tx == DONE -> goto X_UNBLOCK  /* somebody else has ended it: OK */
  :: tx != DONE -> goto X_GIVES_UP /* BUSY, a deadline, an interrupt */
  DIES_TOO
  fi;
X_ANSWER:
  if :: tx == DONE DIES_TOO fi;
X_UNBLOCK:
#ifndef NO_REBLOCK
  if :: atomic { unblock(KEY, TXID(i)) } DIES_TOO fi;
#endif
X_RETURN:
  atomic { floor = 1; goto X_OUT }
X_GIVES_UP: /* nothing of its own is under way */
#if !defined(NO_REBLOCK) && !defined(LATE_REBLOCK)
  if :: atomic { unblock(KEY, TXID(i)) } DIES_TOO fi;
#endif
  if :: !gone[i] -> goto X_FIND fi;
X_OUT:
  ended++
}

/* The writer's holder may end while the branch is prepared; one whose COMMIT is under
 * way stays until that has ended (commit_max_s). */
#define EXPIRES(i) \
  (gone[i] && !(tx == SENT && sender == i) && \
   key[KEY].tag == T && (key[KEY].hold & (1 << TXID(i))))

proctype World() {
end:
  do
  :: atomic { tx == SENT -> com++; tx = DONE }         /* M_COMMIT */
  :: atomic { gone[0] && tx == OPEN -> tx = BACK }      /* M_ABORT */
  /* X_LEASE_ENDS, X_DEADLINE */
  :: atomic { key[KEY].tag == L -> set_absent(KEY) }
  :: atomic { EXPIRES(0) -> drop_holder(KEY, TXID(0)) }
  :: atomic { EXPIRES(1) -> drop_holder(KEY, TXID(1)) }
  :: atomic { EXPIRES(2) -> drop_holder(KEY, TXID(2)) }
  od
}

/* 5: when all is quiet no stale row is left. */
proctype Quiet() {
end:
  atomic {
    finished == 2 && tx >= DONE && ended == (gone[0] -> NREC + 1 : 1) ->
    GUARANTEE(5, !HIT(KEY) || key[KEY].a == com)
  }
}

init {
  atomic {
    run Writer(); run Recovery(1); run Recovery(2);
    run Reader(0); run Reader(1); run World(); run Quiet()
  }
}
