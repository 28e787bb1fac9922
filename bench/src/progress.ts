const WIDTH = 28
/** Drawing takes longer than some samples: ten a second are enough for the eye. */
const REDRAW_MS = 100

/** A bar that shows how far a run is. A run has parts of equal width, a part has steps. */
export interface Progress {
  /** Begins the next part. */
  part(label: string, steps: number): void
  step(): void
  /** Wipes the bar away, so that the report starts on a clean line. */
  end(): void
}

/** Where a bar can be drawn. */
export interface Screen {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(text: string): unknown
}

/** A bar on `screen`; where that is not a terminal nothing is written at all. */
export function startProgress(parts: number, screen: Screen = process.stderr): Progress {
  if (!screen.isTTY) return { part: () => {}, step: () => {}, end: () => {} }
  let begun = 0
  let current = { label: '', steps: 1, done: 0 }
  let drawnAt = 0
  const draw = (): void => {
    drawnAt = performance.now()
    const fraction = (begun - 1 + current.done / current.steps) / parts
    screen.write(`\r\u001B[K${line(fraction, current.label, screen.columns ?? 80)}`)
  }
  return {
    part(label, steps) {
      begun++
      current = { label, steps, done: 0 }
      draw()
    },
    step() {
      current.done++
      if (performance.now() - drawnAt >= REDRAW_MS) draw()
    },
    end: () => void screen.write('\r\u001B[K'),
  }
}

/** Works behind a bar, which is wiped away however the work ends. */
export async function withProgress<T>(
  parts: number,
  work: (progress: Progress) => Promise<T>,
  screen: Screen = process.stderr,
): Promise<T> {
  const progress = startProgress(parts, screen)
  try {
    return await work(progress)
  } finally {
    progress.end()
  }
}

function line(fraction: number, label: string, columns: number): string {
  const filled = Math.round(Math.min(1, fraction) * WIDTH)
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
  const percent = String(Math.floor(Math.min(1, fraction) * 100)).padStart(3)
  return ` ${bar} ${percent} %  ${label}`.slice(0, columns - 1)
}
