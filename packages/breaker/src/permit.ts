/** The right to run one call: 0 was refused, any other number holds the generation it was given in. */
export type Permit = number
