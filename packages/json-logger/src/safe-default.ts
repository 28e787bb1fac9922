import { hasColours, WITH_COLOURS, WITHOUT_COLOURS } from './encoder/console-style.ts'
import { Layout } from './encoder/layout.ts'
import { Engine } from './engine.ts'
import { thresholdSeverity } from './level.ts'
import { LevelRules, parseLevelWords } from './level-rules.ts'
import { PLAIN } from './presets/preset.ts'
import { createRedactor } from './redact.ts'
import { consoleSink } from './sinks/console-sink.ts'
import { reportOnStderr } from './sinks/report.ts'

let rules: LevelRules | undefined

/** The levels before any set-up: those of `LOG_LEVEL`, else `info`. */
export function defaultRules(): LevelRules {
  rules ??= readRules()
  return rules
}

/** Where lines go before any set-up: as text to stderr, which disturbs no program's output. */
export function makeDefaultEngine(): Engine {
  const style = hasColours(process.stderr) ? WITH_COLOURS : WITHOUT_COLOURS
  const shape = {
    layout: new Layout(PLAIN, {}),
    redactor: createRedactor(undefined),
    style,
    maxLineBytes: PLAIN.maxLineBytes,
  }
  return new Engine(shape, [consoleSink({ stream: 'stderr' })])
}

function readRules(): LevelRules {
  const info = thresholdSeverity('level', 'info')
  try {
    return rulesOf(process.env.LOG_LEVEL ?? '', info)
  } catch (error) {
    // Nobody has asked for a set-up whose options could be refused: the lines matter more.
    reportOnStderr(`${(error as Error).message}; info is used`)
    return new LevelRules(info)
  }
}

function rulesOf(text: string, otherwise: number): LevelRules {
  const { level, levels } = parseLevelWords('LOG_LEVEL', text)
  const made = new LevelRules(level === undefined ? otherwise : thresholdSeverity('LOG_LEVEL', level))
  for (const [name, threshold] of Object.entries(levels)) made.set(name, thresholdSeverity('LOG_LEVEL', threshold))
  return made
}
