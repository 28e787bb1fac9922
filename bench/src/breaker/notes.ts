/** What a reader must know to read the numbers of the suite. */
export const NOTES: readonly string[] = [
  'One fresh process for each contestant and case, a plain loop after a warm-up; a number is CPU time of the whole process over its calls, garbage collection and compilation included, and the median of the processes. Read ratios, not nanoseconds.',
  'The work is an async function that answers at once: a number is the call, its await and the protection. Bytes are what was allocated, by the count of V8.',
  'The floor is a breaker of 40 lines, without window, events or statistics: once with an async function and an error with a stack, and once without both and with a fallback built in (fast floor). Timeout, retry and bulkhead are as short.',
  'Of the failing calls every fiftieth succeeds, so that nobody opens. The error is made once: its stack is not part of the call. A rejection costs several times a good call whoever makes it, so the share of the breaker is what is above the same call without any.',
  'A failing call of opossum with percentiles costs more the more calls are in its window: a busy service pays more than is shown here.',
  'The fallback of mollitia 0.1.1 rejects with its value, so its refusal is caught by hand, as is that of the plain floor.',
  'A burst of 10,000 calls dies young; the calls of a larger one are copied by the garbage collector while they wait, which every contestant pays for. So growth is judged above that size.',
  'cockatiel and mollitia are not in the larger bursts: their queues are arrays that are shifted, and a burst takes them the square of its length.',
]
