import { PLAIN, type Preset } from './preset.ts'

/** Splunk: the time first, and lines below the 10 000 bytes at which it cuts them by default (TRUNCATE in props.conf). */
export const SPLUNK: Preset = {
  ...PLAIN,
  names: { ...PLAIN.names, timestamp: 'time' },
  maxLineBytes: 10_000,
}
