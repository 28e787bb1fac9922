import { judgeGoals } from '../contest/goal.ts'
import { describeMachine, type Machine, machineWarnings } from '../machine.ts'
import { type Cell, Findings, isCalm } from '../outage/cell.ts'
import { CONTESTANTS } from '../outage/contestants.ts'
import { FAULTS } from '../outage/faults.ts'
import { GOALS } from '../outage/goals.ts'
import { COMPARED, type Measured, measureFaults, type OutagePlan } from '../outage/measure-faults.ts'
import { NOTES } from '../outage/notes.ts'
import type { OutageResults } from '../outage/results.ts'
import { outageText } from '../outage/terminal.ts'
import { withProgress } from '../progress.ts'
import { formatMs, formatPercent } from '../report/format.ts'
import { headOf } from '../run-results.ts'
import type { Suite } from './suite.ts'

const TRAFFIC = { rate: 200, loadMs: 20 }
const PLANS: Readonly<Record<'full' | 'quick', OutagePlan>> = {
  full: {
    ...TRAFFIC,
    warmUpMs: 5000,
    beforeMs: 5000,
    faultMs: 5000,
    afterMs: 3000,
    parallel: 1,
    tries: 3,
    compared: COMPARED,
  },
  quick: {
    ...TRAFFIC,
    warmUpMs: 300,
    beforeMs: 600,
    faultMs: 1000,
    afterMs: 1200,
    parallel: 3,
    tries: 1,
    compared: [],
  },
}

/** What callers notice of each fault of Redis and of the way there, and the goals for it judged. */
export const outageSuite: Suite = {
  name: 'outage',
  about: 'what callers notice while Redis is killed, frozen, mute, slow, full or loading, and the goals judged',
  options: [],
  file: 'outage-latest',
  async run({ quick }, signal) {
    const machine = describeMachine()
    const startedAt = new Date()
    const plan = quick ? PLANS.quick : PLANS.full
    const measured = await withProgress(1, (progress) => measureFaults(plan, progress, signal))
    const results = resultsOf({ quick, plan, machine, startedAt, measured })
    return { results, text: outageText(results), isIncomplete: measured.faults.length > 0 }
  },
}

interface Run {
  readonly quick: boolean
  readonly plan: OutagePlan
  readonly machine: Machine
  readonly startedAt: Date
  readonly measured: Measured
}

function resultsOf({ quick, plan, machine, startedAt, measured }: Run): OutageResults {
  const { cells, faults } = measured
  return {
    ...headOf('outage', startedAt, quick),
    machine,
    faultMs: plan.faultMs,
    cells,
    goals: judgeGoals(GOALS, new Findings(cells, FAULTS.length)),
    warnings: [
      ...faults.map((fault) => `not measured: ${fault}`),
      ...(quick ? ['a quick run: a second of each fault, three at a time, so single numbers say little'] : []),
      ...machineWarnings(machine),
      ...cells.flatMap(cellWarnings),
    ],
    notes: NOTES,
  }
}

function cellWarnings(cell: Cell): string[] {
  const { fault, contestant, firstError, stalledMs, loaded } = cell
  const place = `${FAULTS.find(({ id }) => id === fault)?.title}, ${CONTESTANTS[contestant].label}`
  return [
    ...(firstError === undefined ? [] : [`${place}: the first error was '${firstError}'`]),
    ...(isCalm(cell)
      ? []
      : [
          `${place}: the machine stood still for ${formatMs(stalledMs)}, and of what Redis held ${formatPercent(loaded.before)} were loaded before the fault`,
        ]),
  ]
}
