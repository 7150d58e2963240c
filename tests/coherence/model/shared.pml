/* shared.pml: the shared tier, a key in Redis that two writers share.
 *
 * No step reads or changes two keys and every answer is that of one key, so that one
 * key is enough: that of a list in which rows 0 and 1 have a part, or of row 0.
 *
 *   MySQL   two rows: com[r] is the committed version, lock[r] a writer's row lock
 *   Redis   the key KEY, of the list or the row
 *   Writer  two, each with one transaction: it may commit, roll back or die
 *   Reader  two: get, lease, SELECT, fill
 *   World   time and misfortune; and MySQL, which does what it was sent
 *
 * Scope:
 *   READS=n       reads of reader 0; reader 1 reads once
 *   SAME_ROW      both writers change row 0, and the key is that row's; else writer i
 *                 changes row i, and the key is the list's
 *   SPLIT_COMMIT  COMMIT is sent, takes effect and is answered in three steps; else it
 *                 takes effect as it is sent
 *   SAVEPOINT     a writer may take back what it did to its row before COMMIT
 *   FAULTS=n      at most n faults, each kind once:
 *     CRASH       a writer dies
 *     LOST        the reply to a COMMIT is lost
 *     EVICT       Redis evicts a T or a lease
 *     RESTART     Redis restarts with nothing
 *     FAILOVER    another master takes over, with data that are old
 *     CUT         a connection breaks under an unblock, which may have arrived
 *     OWE         ... and there is no other for so long that COMMIT returns with
 *                 the keys owed
 *
 * Broken on purpose, beside those of redis.pml:
 *   NO_TOMB       nothing is blocked: keys are deleted after COMMIT
 *   SELECT_FIRST  the SELECT begins before the lease is answered
 *   TOKEN_REUSE   a lease is sent again with the token of the first attempt
 *   DIRTY_FILL    a writer fills what it has not committed
 *   NO_REUNBLOCK  an unblock is not sent again after a broken connection
 *   OWED_LATER    keys owed do not go first on the next connection
 *   OWED_COUNTS   a COMMIT that returned with keys owed counts for all readers
 *   DROP_UNDONE   ROLLBACK TO drops a key that an earlier change has on the list
 *   SHORT_DEADLINE  a holder may pass its deadline before its COMMIT has ended
 *   SHARE_SELECT  a reader takes the answer of a SELECT that began before it
 */
#ifndef FAULTS
#define FAULTS 0
#endif
#ifndef READS
#define READS 1
#endif
#define NW 2
#define NR 2
#define NK 1
#define KEY 0
#include "redis.pml"

/* A transaction as MySQL sees it. */
#define NONE 0
#define OPEN 1
#define SENT 2
#define DONE 3
#define BACK 4

byte com[2];
byte lock[2];
byte tx[NW];
byte made[NW];  /* ghost: the version that transaction i committed */
bool gone[NW];  /* dead, or it gave up an unanswered COMMIT: blocks no more */
bool cut[NW];   /* a new master came while the transaction was open */
byte floor[2];  /* ghost: version of the last COMMIT that has returned */
byte finished;
byte faults = FAULTS;
bool u_crash, u_lost, u_evict, u_master, u_cut, u_owe;
#ifdef FAILOVER
Key old;        /* what the next master has */
bool copied;
#endif
#ifdef TOKEN_REUSE
byte late_lease; /* the token of a lease that is still on its way */
bool u_late;
#endif
#ifdef SHARE_SELECT
bool flies;     /* reader 0 has begun a SELECT: its answer */
byte fly_x, fly_y;
#endif

#ifdef SAME_ROW
#define MINE(i) 0
#else
#define MINE(i) (i)
#endif

/* 3: not older than what had returned before; 1: not uncommitted. */
inline look(x, y) {
  GUARANTEE(1, x <= com[0] && y <= com[1]);
  GUARANTEE(3, x >= f0 && y >= f1)
}

proctype Reader(byte r) {
  byte n, f0, f1, x, y, at, under, tok;
  bool mine, waited;
  do
  :: n == (r == 0 -> READS : 1) -> break
  :: else ->
R_BEGIN:
     atomic {
       n++; f0 = floor[0]; f1 = floor[1]; tok = 1 + r * READS + n
     }
#ifdef SELECT_FIRST
     atomic { x = com[0]; y = com[1] }
#endif
#ifdef SHARE_SELECT
     atomic { if :: r == 1 && flies -> x = fly_x; y = fly_y; goto R_ANSWER
                 :: else fi }
#endif
R_GET:
     atomic {
       if
       :: HIT(KEY) -> x = key[KEY].a; y = key[KEY].b; goto R_ANSWER
       :: key[KEY].tag == L && !waited -> waited = true; goto R_GET /* R_WAIT */
       :: BUSY(KEY) -> goto R_SELECT
       :: !HIT(KEY) && !BUSY(KEY)
       fi
     }
R_LEASE:
     atomic {
       if
       :: HIT(KEY) -> x = key[KEY].a; y = key[KEY].b; goto R_ANSWER
       :: BUSY(KEY)
       :: else ->
          mine = true; at = conn; under = reign; set_lease(KEY, tok);
#ifdef TOKEN_REUSE
          if :: !u_late -> u_late = true; late_lease = tok :: true fi
#endif
       fi
     }
R_SELECT:
#ifndef SELECT_FIRST
     atomic {
       x = com[0]; y = com[1];
#ifdef SHARE_SELECT
       if :: r == 0 -> flies = true; fly_x = x; fly_y = y :: else fi
#endif
     }
#endif
R_FILL:
     atomic { if :: mine -> fill(KEY, tok, at, under, x, y) :: else fi }
R_ANSWER:
     atomic {
       look(x, y);
#ifdef SHARE_SELECT
       if :: r == 0 -> flies = false :: else fi;
#endif
       x = 0; y = 0; f0 = 0; f1 = 0; tok = 0; at = 0; under = 0;
       mine = false; waited = false
     }
  od;
  atomic { n = 0; finished++ }
}

#ifdef CRASH
#define DIES :: atomic { faults > 0 && !u_crash -> \
       faults--; u_crash = true; gone[i] = true; goto W_OUT }
#else
#define DIES
#endif

inline block_mine(i) { if :: !forgets -> block(KEY, i) :: else fi }
inline unblock_mine(i) { if :: !forgets -> unblock(KEY, i) :: else fi }
inline takes_effect(i) {
  if :: !undone[i] -> com[MINE(i)]++; made[i] = com[MINE(i)] :: else fi;
  lock[MINE(i)] = 0; tx[i] = DONE
}
inline returns(i) {
  if :: floor[MINE(i)] < made[i] -> floor[MINE(i)] = made[i] :: else fi
}
bool undone[NW];

proctype Writer(byte i) {
  bool again, cancel, owed, forgets;
W_LOCK: /* the row is read under lock and changed */
  atomic { lock[MINE(i)] == 0 -> lock[MINE(i)] = i + 1; tx[i] = OPEN }
#ifdef SAVEPOINT
W_ROLLBACK_TO: /* the key stays on the list */
  if :: undone[i] = true :: true fi;
#endif
#ifdef DROP_UNDONE
  forgets = true; /* a second change was taken back, the first one stays */
#endif
#ifdef DIRTY_FILL
  atomic {
    if
    :: MINE(i) == 0 && key[KEY].tag == ABSENT ->
       key[KEY].tag = V; key[KEY].a = com[0] + 1; key[KEY].b = com[1];
       key[KEY].by = reign
    :: else
    fi
  }
#endif
#ifndef NO_TOMB
W_BLOCK:
  if :: atomic { block_mine(i) } DIES fi;
#endif
W_COMMIT:
  if
  :: atomic { tx[i] = BACK; lock[MINE(i)] = 0; cancel = true } /* ROLLBACK */
#ifdef SPLIT_COMMIT
  :: tx[i] = SENT
#else
  :: atomic { takes_effect(i) }
#endif
  DIES
  fi;
W_ANSWER:
  do
  :: atomic { tx[i] == DONE || cancel -> break }
#ifdef SPLIT_COMMIT
  :: atomic { !again && tx[i] == SENT -> /* W_AGAIN: every third of the ttl */
       again = true; block_mine(i) }
#endif
#ifdef LOST
  :: atomic { !cancel && faults > 0 && !u_lost ->
       faults--; u_lost = true; gone[i] = true; goto W_OUT }
#endif
  DIES
  od;
W_UNBLOCK:
#ifdef NO_REUNBLOCK
  if :: cut[i] -> goto W_RETURN :: else fi;
#endif
  if
  :: atomic { unblock_mine(i) }
#ifdef CUT /* the reply is lost: sent again over the next connection */
  :: atomic { faults > 0 && !u_cut -> faults--; u_cut = true;
       if :: unblock_mine(i) :: true fi; goto W_UNBLOCK }
#endif
#ifdef OWE
  :: atomic { faults > 0 && !u_owe && !cancel ->
       faults--; u_owe = true; owed = true; goto W_RETURN }
#endif
  DIES
  fi;
W_RETURN:
  atomic {
    if
#ifndef OWED_COUNTS
    :: owed /* others may be given older rows until the keys are paid */
#endif
    :: else -> if :: !cancel -> returns(i) :: else fi
    fi
  }
#ifdef OWE
  if
  :: !owed
  :: else ->
#ifdef OWED_LATER
     goto W_READ;
#endif
W_OWED: /* the next connection begins with what is owed */
     atomic { unblock_mine(i) }
W_READ: /* own writes */
     atomic {
       if
       :: HIT(KEY) ->
          GUARANTEE(2, (MINE(i) == 0 -> key[KEY].a : key[KEY].b) >= made[i])
       :: else
       fi;
       returns(i)
     }
#ifdef OWED_LATER
     atomic { unblock_mine(i) }
#endif
  fi;
#endif
W_OUT:
  atomic { again = false; cancel = false; owed = false; forgets = false;
    finished++ }
}

#define UNDER_WAY(i) (tx[i] == OPEN || tx[i] == SENT || tx[i] == DONE)
inline lose_connections() {
  if :: UNDER_WAY(0) -> cut[0] = true :: else fi;
  if :: UNDER_WAY(1) -> cut[1] = true :: else fi;
  new_master()
}

/* A COMMIT ends within commit_max_s: until then its holder stays. */
#ifdef SHORT_DEADLINE
#define MAY_EXPIRE(i) gone[i]
#else
#define MAY_EXPIRE(i) (gone[i] && tx[i] != SENT)
#endif
#define EXPIRES(i) \
  (MAY_EXPIRE(i) && key[KEY].tag == T && (key[KEY].hold & (1 << i)))

inline copy(d, s) {
  d.tag = s.tag; d.a = s.a; d.b = s.b; d.by = s.by; d.tok = s.tok;
  d.hold = s.hold
}
inline forget(d) {
  d.tag = 0; d.a = 0; d.b = 0; d.by = 0; d.tok = 0; d.hold = 0
}

proctype World() {
end:
  do
#ifdef SPLIT_COMMIT
  /* M_COMMIT: whether the client lives or not */
  :: atomic { tx[0] == SENT -> takes_effect(0) }
  :: atomic { tx[1] == SENT -> takes_effect(1) }
#endif
  /* M_ABORT: a dead client's connection ends, and no COMMIT had arrived */
  :: atomic { gone[0] && (tx[0] == OPEN || tx[0] == SENT) ->
       lock[MINE(0)] = 0; tx[0] = BACK }
  :: atomic { gone[1] && (tx[1] == OPEN || tx[1] == SENT) ->
       lock[MINE(1)] = 0; tx[1] = BACK }
  /* X_LEASE_ENDS: at any time */
  :: atomic { key[KEY].tag == L -> set_absent(KEY) }
  /* X_DEADLINE: of a holder that blocks no more */
  :: atomic { EXPIRES(0) -> drop_holder(KEY, 0) }
  :: atomic { EXPIRES(1) -> drop_holder(KEY, 1) }
#ifdef EVICT
  :: atomic { faults > 0 && !u_evict && BUSY(KEY) ->
       faults--; u_evict = true; set_absent(KEY) }
#endif
#ifdef RESTART
  :: atomic { faults > 0 && !u_master ->
       faults--; u_master = true; lose_connections(); set_absent(KEY) }
#endif
#ifdef FAILOVER
  :: atomic { faults > 0 && !u_master && !copied ->
       copied = true; copy(old, key[KEY]) }
  :: atomic { faults > 0 && !u_master && copied ->
       faults--; u_master = true; lose_connections();
       copy(key[KEY], old); forget(old) }
#endif
#ifdef TOKEN_REUSE
  :: atomic { late_lease != 0 && key[KEY].tag == ABSENT ->
       set_lease(KEY, late_lease); late_lease = 0 }
#endif
  od
}

/* 5: when all is quiet no stale row is left. */
proctype Quiet() {
end:
  finished == NW + NR && tx[0] >= DONE && tx[1] >= DONE ->
  atomic {
    GUARANTEE(5, !HIT(KEY) || (key[KEY].a == com[0] && key[KEY].b == com[1]))
  }
}

init {
  atomic {
    run Writer(0); run Writer(1); run Reader(0); run Reader(1);
    run World(); run Quiet()
  }
}
