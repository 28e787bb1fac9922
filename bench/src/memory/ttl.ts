/** How long entries live, where a contestant has such a thing: longer than any process. */
export const TTL_MS = 3_600_000
