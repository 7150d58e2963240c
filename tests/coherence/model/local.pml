/* local.pml: the local tier of a process P.
 *
 *   Redis    one key; every change of it goes into the channel to P
 *   Channel  INV, and PONG that answers a PING, in order.  An INV behind one that still
 *            waits adds nothing.  It breaks when Redis restarts
 *   Time     ticks now and then.  A hit needs the answer to a PING of the present tick:
 *            a tick is local_cache_lag_ms
 *   Writer   of other processes, two; with OWN the second one is of P
 *   Filler   of another process: lease, SELECT, fill
 *   P_Read   a connection of P: local, then Redis, then MySQL
 *   P_Drain  P reads the channel whenever it likes, and sends PINGs
 *
 * Scope:
 *   READS=n     reads of P_Read: what one keeps the next one may hit
 *   TMAX=n      ticks
 *   LOCAL_ONLY  no redis_cache: Redis has holders and the channel, MySQL the rows
 *   LIST        with LOCAL_ONLY: what is kept is a list, under a generation that P has
 *               made; what is heard takes the generation away, and leaves the list
 *   THREADS     another P_Read, at the same time
 *   CRASH       a writer dies
 *   RESTART     Redis restarts with nothing
 *   EVICT       Redis evicts a T, and tells so
 *   OWN         the second writer is of P, and then reads what it wrote
 *
 * Broken on purpose, beside those of redis.pml:
 *   NO_COUNT    a row is kept whatever came in between
 *   NO_PING     a hit needs no answer to a PING
 *   NO_EPOCH    the end of an epoch does not raise the count
 *   NO_OWN      nor does P's own removal
 *   NO_LOOK     LOCAL_ONLY: a row is kept without a look whether its key is held
 *   GEN_LATE    LIST: the generation is taken as the list is kept, not before the look
 *   GEN_AGAIN   LIST: a generation is made again that there was before
 *   TWO_CONN    tracking and listening on two connections, of which the first dies
 */
#ifndef TMAX
#define TMAX 1
#endif
#ifndef READS
#define READS 2
#endif
#define NK 1
#define KEY 0
#define INV 1
#define PONG 2
#define NOROW 9

chan channel = [4] of { byte };
byte heard = 1; /* the master that P's channel belongs to */
bool up = true; /* that master tells P of changes */
bool inv_last;  /* the channel ends with an INV */
#define TELL(k) tell()
inline tell() {
  if
  :: up && heard == conn && !inv_last -> channel!INV; inv_last = true
  :: else
  fi
}
#include "redis.pml"

byte com;       /* MySQL */
bool lock;
byte floor, floor_at; /* ghost: last COMMIT that has returned, and when */
byte now;
byte row = NOROW; /* P's row, or list */
byte gen, made;   /* the generation that P has, 0: none; the last one made */
byte list_gen;    /* that of the list */
bool stirred;   /* the shard's count was raised since P_NOTE */
byte asked_at, answered_at; /* the PING under way, and the last answered one */
bool asking;
bool gone[2];
bool u_crash, u_master, u_evict, u_track;

#ifdef NO_PING
#define FRESH true
#else
#define FRESH (answered_at == now)
#endif
#define NEWS (channel??[INV] || heard != conn)

#ifdef LIST
#define KEPT (row != NOROW && gen && list_gen == gen)
#define FORGET gen = 0
#else
#define KEPT (row != NOROW)
#define FORGET row = NOROW; stirred = true
#endif

inline take_generation(g) {
  if
  :: !gen ->
#ifndef GEN_AGAIN
     made++;
#else
     made = 1;
#endif
     gen = made
  :: else
  fi;
  g = gen
}

proctype P_Read() {
  byte n, f, f_at, got, g;
  bool keep;
  do
  :: n == READS -> break
  :: else ->
P_BEGIN:
     atomic { n++; f = floor; f_at = floor_at; keep = false; got = NOROW; g = 0 }
P_HIT:
     atomic {
       if
       :: KEPT && FRESH ->
          GUARANTEE(1, row <= com);
          GUARANTEE(4, row >= f || (now == f_at && NEWS));
          goto P_END
       :: else
       fi
     }
#ifdef LIST
P_GEN:
     atomic { take_generation(g) }
#else
P_NOTE:
     stirred = false;
#endif
#ifdef LOCAL_ONLY
P_LOOK:
#ifndef NO_LOOK
     keep = (key[KEY].tag != T && heard == conn);
#else
     keep = true;
#endif
P_SELECT:
     got = com;
#else
P_GET: /* kept only if this master is the one that is listened to */
     atomic {
       if
       :: HIT(KEY) ->
          got = key[KEY].a; keep = (heard == conn);
          GUARANTEE(3, got >= f)
       :: else -> got = com
       fi
     }
#endif
P_KEEP:
     atomic {
#ifdef LIST
#ifdef GEN_LATE
       take_generation(g);
#endif
       if :: keep -> row = got; list_gen = g :: else fi
#elif defined(NO_COUNT)
       if :: keep -> row = got :: else fi
#else
       if :: keep && !stirred -> row = got :: else fi
#endif
     }
P_END:
     atomic { f = 0; f_at = 0; got = 0; keep = false; g = 0 }
  od;
  n = 0
}

proctype P_Drain() {
  byte what;
end:
  do
  :: atomic { heard == conn && nempty(channel) ->
       channel?what;
       if
       :: what == INV -> FORGET
       :: what == PONG -> answered_at = asked_at; asking = false; asked_at = 0
       fi;
       if :: empty(channel) -> inv_last = false :: nempty(channel) fi;
       what = 0 }
  /* P_PING: the server puts its answer behind what it told before */
  :: atomic { !asking && answered_at < now && heard == conn ->
       asking = true; asked_at = now; channel!PONG; inv_last = false }
  /* P_EPOCH: its end is noticed: a new channel, an empty cache */
  :: atomic { heard != conn ->
       do :: nempty(channel) -> channel?what :: empty(channel) -> break od;
       what = 0; inv_last = false; heard = conn; up = true;
       row = NOROW; gen = 0; list_gen = 0;
       asking = false; asked_at = 0; answered_at = now;
#if !defined(NO_EPOCH) && !defined(LIST)
       stirred = true
#endif
     }
  od
}

#ifdef CRASH
#define DIES :: atomic { !u_crash -> u_crash = true; gone[i] = true; goto W_OUT }
#else
#define DIES
#endif

proctype Writer(byte i) {
  byte mine;
W_LOCK:
  atomic { !lock -> lock = true }
W_BLOCK:
  if :: atomic { block(KEY, i) } DIES fi;
W_COMMIT:
  if :: atomic { com++; mine = com; lock = false } DIES fi;
W_UNBLOCK:
  if :: atomic { unblock(KEY, i) } DIES fi;
#ifdef OWN
  if
  :: i == 1 ->
P_OWN: /* P's keys go before COMMIT returns */
     atomic {
#ifndef NO_OWN
       FORGET
#elif defined(LIST)
       skip
#else
       row = NOROW
#endif
     }
  :: else
  fi;
#endif
W_RETURN:
  atomic { if :: mine > floor -> floor = mine; floor_at = now :: else fi }
#ifdef OWN
  if
  :: i == 1 ->
P_OWN_READ:
     atomic { GUARANTEE(2, !(KEPT && FRESH) || row >= mine) }
  :: else
  fi;
#endif
W_OUT:
  atomic { if :: gone[i] && mine == 0 -> lock = false :: else fi; mine = 0 }
}

proctype Filler() {
  byte x, at, under;
R_LEASE:
  atomic { key[KEY].tag == ABSENT -> set_lease(KEY, 1); at = conn; under = reign }
R_SELECT:
  x = com;
R_FILL:
  atomic { fill(KEY, 1, at, under, x, 0); x = 0; at = 0; under = 0 }
}

#define EXPIRES(i) \
  (gone[i] && key[KEY].tag == T && (key[KEY].hold & (1 << i)))

proctype World() {
end:
  do
  :: atomic { now < TMAX -> now++ }
  /* X_LEASE_ENDS, X_DEADLINE */
  :: atomic { key[KEY].tag == L -> set_absent(KEY) }
  :: atomic { EXPIRES(0) -> drop_holder(KEY, 0) }
  :: atomic { EXPIRES(1) -> drop_holder(KEY, 1) }
#ifdef RESTART
  :: atomic { !u_master -> u_master = true; clear(KEY); new_master();
       up = false }
#endif
#ifdef EVICT
  :: atomic { !u_evict && key[KEY].tag == T -> u_evict = true; set_absent(KEY) }
#endif
#ifdef TWO_CONN
  :: atomic { !u_track -> u_track = true; up = false }
#endif
  od
}

init {
  atomic {
    key[KEY].tag = V; key[KEY].by = reign;
    run Writer(0); run Writer(1); run P_Read(); run P_Drain(); run World();
#ifndef LOCAL_ONLY
    run Filler()
#endif
#ifdef THREADS
    run P_Read()
#endif
  }
}
