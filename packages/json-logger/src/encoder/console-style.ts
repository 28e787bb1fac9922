import { styleText } from 'node:util'
import { LEVELS, type Level } from '../level.ts'

/** What stands before and after a piece of text to colour it; both empty without colours. */
export interface Paint {
  readonly open: string
  readonly close: string
}

/** The colours of a text line. */
export interface ConsoleStyle {
  readonly time: Paint
  readonly logger: Paint
  readonly levels: Readonly<Record<Level, Paint>>
  /** Names of fields, stack traces: what is there for the second look. */
  readonly dim: Paint
}

type Format = Parameters<typeof styleText>[0]

const LEVEL_COLOURS: Readonly<Record<Level, Format>> = {
  trace: 'gray',
  debug: 'blue',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: ['bold', 'white', 'bgRed'],
}

const BARE: Paint = { open: '', close: '' }

export const WITHOUT_COLOURS: ConsoleStyle = {
  time: BARE,
  logger: BARE,
  levels: Object.fromEntries(LEVELS.map((level) => [level, BARE])) as Record<Level, Paint>,
  dim: BARE,
}

export const WITH_COLOURS: ConsoleStyle = {
  time: paint('gray'),
  logger: paint('cyan'),
  levels: Object.fromEntries(LEVELS.map((level) => [level, paint(LEVEL_COLOURS[level])])) as Record<Level, Paint>,
  dim: paint('gray'),
}

function paint(format: Format): Paint {
  const [open = '', close = ''] = styleText(format, '\n', { validateStream: false }).split('\n')
  return { open, close }
}

/**
 * Whether text for this stream gets colours: a terminal that has some does; `NO_COLOR`, `NODE_DISABLE_COLORS`, `FORCE_COLOR`
 * and `TERM=dumb` are honoured as Node itself does.
 */
export function hasColours(stream: NodeJS.WritableStream): boolean {
  return styleText('red', ' ', { stream }) !== ' '
}
