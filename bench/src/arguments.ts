import { parseArgs } from 'node:util'
import { namedFile, writableFile } from './file-option.ts'
import { formatSize, parseSize } from './size.ts'
import { UsageError } from './usage-error.ts'

/** The storage stages the bench can compare. */
const TIER_KINDS = ['memory', 'redis', 'disk'] as const
export type TierKind = (typeof TIER_KINDS)[number]

/** The options that only some suites understand. */
export type SuiteOption = 'tiers' | 'size' | 'payload'

/** What the command line must know of a suite. */
export interface SuiteWords {
  readonly name: string
  readonly options: readonly SuiteOption[]
}

/** What a run was asked to do. */
export interface BenchOptions {
  readonly suite: string
  readonly quick: boolean
  readonly tiers: readonly TierKind[]
  /** Bytes of the payloads that are made; unused where `payloadFile` is given. */
  readonly sizes: readonly number[]
  /** A JSON file of the user's own, measured in place of the made payloads. */
  readonly payloadFile: string | undefined
  /** Where the results go besides `bench/results/latest.json`. */
  readonly jsonFile: string | undefined
  readonly help: boolean
}

/** Bytes of the payloads that are made where no size is asked. */
export const DEFAULT_SIZES: readonly number[] = [200, 10 * 1024, 5 * 1024 ** 2]
/** A value this large no longer fits the strings of Keyv's serializer a few times over. */
const MAX_SIZE = 64 * 1024 ** 2

const SPEC = {
  quick: { type: 'boolean', default: false },
  tiers: { type: 'string' },
  size: { type: 'string' },
  payload: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/**
 * The options in the words of a command line, all checked.
 * @throws UsageError for an unknown option, suite or tier, a bad size, a file that cannot be there, an option that means
 * nothing to the suite, or options that exclude each other.
 */
export function parseArguments(args: readonly string[], suites: readonly SuiteWords[]): BenchOptions {
  const { values, positionals } = parsed(args)
  const suite = chosenSuite(positionals, suites)
  refuseForeign(suite, Object.keys(values), suites)
  if (values.payload !== undefined && values.size !== undefined) {
    throw new UsageError('--payload measures your own value at its own size: give --payload or --size, not both')
  }
  return {
    suite: suite.name,
    quick: values.quick,
    tiers: chosenTiers(values.tiers ?? TIER_KINDS.join(',')),
    sizes: values.size === undefined ? DEFAULT_SIZES : chosenSizes(values.size),
    // Found out now, not after minutes of measuring.
    payloadFile: namedFile('--payload', values.payload),
    jsonFile: writableFile('--json', values.json),
    help: values.help,
  }
}

function parsed(args: readonly string[]) {
  try {
    // A lone `--` comes from habit (`npm run bench -- --quick`): what follows it is meant as options all the same.
    const words = args.filter((word) => word !== '--')
    return parseArgs({ args: words, options: SPEC, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function chosenSuite(positionals: readonly string[], suites: readonly SuiteWords[]): SuiteWords {
  const [name, ...rest] = positionals
  if (rest.length > 0) throw new UsageError(`one suite at a time, got ${positionals.join(' ')}`)
  const suite = name === undefined ? suites[0] : suites.find((each) => each.name === name)
  if (suite) return suite
  throw new UsageError(`unknown suite '${name}'; there is: ${suites.map((each) => each.name).join(', ')}`)
}

/** An option that is silently without effect would let a reader believe that it was heeded. */
function refuseForeign(suite: SuiteWords, given: readonly string[], suites: readonly SuiteWords[]): void {
  const foreign = given.find((name) => !isKnown(suite, name) && suites.some((each) => isKnown(each, name)))
  if (foreign === undefined) return
  const owners = suites.filter((each) => isKnown(each, foreign)).map((each) => each.name)
  throw new UsageError(`--${foreign} means nothing to the suite ${suite.name}; it is an option of ${owners.join(', ')}`)
}

function isKnown({ options }: SuiteWords, name: string): boolean {
  return options.includes(name as SuiteOption)
}

function chosenTiers(text: string): readonly TierKind[] {
  const asked = new Set(text.split(',').map((word) => word.trim().toLowerCase()))
  for (const word of asked) {
    if (!TIER_KINDS.includes(word as TierKind)) {
      throw new UsageError(`--tiers must be some of ${TIER_KINDS.join(', ')}, separated by commas, got '${word}'`)
    }
  }
  // Fastest first, however they were typed: so they are composed.
  return TIER_KINDS.filter((kind) => asked.has(kind))
}

function chosenSizes(text: string): readonly number[] {
  const sizes = [...new Set(text.split(',').map(parseSize))].toSorted((a, b) => a - b)
  const largest = sizes.at(-1) as number
  if (largest > MAX_SIZE) throw new UsageError(`--size must be at most 64mb, got ${largest} bytes`)
  const labels = sizes.map(formatSize)
  const twice = labels.find((label, index) => labels.indexOf(label) !== index)
  if (twice !== undefined) throw new UsageError(`--size must be sizes that print differently, got ${twice} twice`)
  return sizes
}
