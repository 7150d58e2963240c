/* redis.pml: keys of Redis and the scripts that change them, for every model.
 *
 * Each key stands for itself: what is done to one of them is a step.  A model says
 * NK (how many there are) before it includes this, and TELL(k) where somebody hears
 * of every change of a key.
 *
 * Broken on purpose:
 *   ONE_OWNER      a T has one owner: the second writer overwrites the first
 *   LEAVE_FOREIGN  unblock leaves what it did not put
 *   SILENT_UNBLOCK  unblock of a key that is not there tells nobody
 *   NO_LEASE       a reader fills without a lease
 *   NO_REIGN       a value carries the id of the server's process, which is the same
 *                  after a fail-over there and back
 *   NO_RUNID       a value carries neither
 *   OTHER_CONNECTION  a fill goes to whoever is master, not over the connection that
 *                  took the lease
 *   REIGN_LATE     a fill carries the reign at its own time
 */

/* What a key holds. */
#define ABSENT 0
#define V 1 /* a value: a and b, stored under the reign `by` */
#define L 2 /* a lease: tok */
#define T 3 /* holders: a bit for each transaction */
typedef Key { byte tag; byte a; byte b; byte by; byte tok; byte hold }
Key key[NK];

byte reign = 1; /* of the present master */
byte conn = 1;  /* counts the masters: connections end with theirs */

#ifndef TELL
#define TELL(k) skip
#endif

#ifdef NO_RUNID
#define OURS(k) true
#else
#define OURS(k) (key[k].by == reign)
#endif
#define HIT(k) (key[k].tag == V && OURS(k))
#define BUSY(k) (key[k].tag == L || key[k].tag == T)

inline clear(k) {
  key[k].tag = ABSENT; key[k].a = 0; key[k].b = 0;
  key[k].by = 0; key[k].tok = 0; key[k].hold = 0
}
inline set_absent(k) { clear(k); TELL(k) }

/* Script lease, where it answers "yours". */
inline set_lease(k, t) {
#ifndef NO_LEASE
  clear(k); key[k].tag = L; key[k].tok = t; TELL(k)
#else
  skip
#endif
}

/* Script fill: only where the key still holds the lease.
 *   at, under  the connection and the reign when the lease was taken */
#ifdef OTHER_CONNECTION
#define SAME_CONNECTION(at) true
#else
#define SAME_CONNECTION(at) (at == conn)
#endif
#ifdef NO_LEASE
#define MAY_FILL(k, t, at) true
#else
#define MAY_FILL(k, t, at) \
  (key[k].tag == L && key[k].tok == t && SAME_CONNECTION(at))
#endif
inline fill(k, t, at, under, x, y) {
  if
  :: MAY_FILL(k, t, at) ->
     clear(k); key[k].tag = V; key[k].a = x; key[k].b = y;
#ifdef REIGN_LATE
     key[k].by = reign;
#else
     key[k].by = under;
#endif
     TELL(k)
  :: else
  fi
}

/* Script block: adds a holder, whatever was there before. */
inline block(k, i) {
#ifdef ONE_OWNER
  clear(k); key[k].tag = T; key[k].hold = 1 << (i)
#else
  if
  :: key[k].tag == T -> key[k].hold = key[k].hold | (1 << (i))
  :: else -> clear(k); key[k].tag = T; key[k].hold = 1 << (i)
  fi;
#endif
  TELL(k)
}

/* One holder less; without any the key is deleted. */
inline drop_holder(k, i) {
#ifdef ONE_OWNER
  if :: key[k].hold == (1 << (i)) -> set_absent(k) :: else fi
#else
  key[k].hold = key[k].hold & ~(1 << (i));
  if :: key[k].hold == 0 -> set_absent(k) :: else fi
#endif
}

/* Script unblock: removes its holder, or deletes what is no T.  Of a key that is not
 * there it tells, too: a T may have been lost, and a row kept since. */
inline unblock(k, i) {
  if
  :: key[k].tag == T -> drop_holder(k, i)
  :: key[k].tag == ABSENT ->
#ifndef SILENT_UNBLOCK
     TELL(k)
#else
     skip
#endif
  :: else ->
#ifndef LEAVE_FOREIGN
     set_absent(k)
#else
     skip
#endif
  fi
}

/* A new master, without anything or with what it had copied. */
inline new_master() {
  conn++;
#ifndef NO_REIGN
  reign++
#endif
}

/* A guarantee of the protocol; its number is in the message when it is broken. */
#define GUARANTEE(n, holds) assert((holds) || (n == 0))
