/** The longest that a timer of Node lasts; what is longer would be due at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1
