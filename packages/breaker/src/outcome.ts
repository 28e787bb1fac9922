/** What a call says about the thing it called: `ignored` says nothing, such as a caller's own abort. */
export type Outcome = 'success' | 'failure' | 'ignored'
