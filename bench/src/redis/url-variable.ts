/** Where a process of the suite finds the URL of Redis: its arguments are seen by all users of a machine, and a URL may hold a password. */
export const URL_VARIABLE = 'BENCH_REDIS_URL'
