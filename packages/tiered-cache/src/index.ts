export type { Codec } from './codec/codec.ts'
