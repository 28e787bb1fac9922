/** How long entries live: longer than any run, so that what a killed one leaves on a server goes by itself. */
export const TTL_MS = 3_600_000
