/** What a reader must know to read the numbers of the suite. */
export const NOTES: readonly string[] = [
  'Memory, redisTier({ url }) and redisBus({ url }) by their default options, in a fresh process for each fault; Redis, proxy and observer are other processes. A Cluster is reached by a client of node-redis, as it comes.',
  'Requests come when they are due, 200 a second of each kind, whatever became of those before; each is timed from the instant at which it was due, so that a process that stands still shows. getOrSet of keys that Redis holds and no memory, each once; getOrSet of new keys; getOrSet of 20 keys that memory holds; set of new keys. A load takes 20 ms.',
  'getOrSet counts the first two kinds together: its p99 is that of a load, and should stay so. Held is the first kind alone: what Redis holds, and the share of it that was loaded all the same.',
  'Waited: requests during the fault that took, their own load left out, more than three times the p99 of their kind before.',
  'Writes back: from the instant at which Redis can be reached again (the port accepts, the proxy passes, the last order is answered, the Cluster serves every slot) until the first of 20 sets in a row that are acknowledged, by Redis and by the bus.',
  'A request that took 2 s hangs. Errors are requests that failed or got the value of another key, at any time of the run; unhandled are rejections and errors that nobody caught.',
  "Mute from the first connect: a cache that never had an answer takes over as the fault begins, so that the first requests wait the whole 250 ms of the deadline, until five have. 'Nothing happens' is no fault: it shows what chance does to these numbers.",
]
