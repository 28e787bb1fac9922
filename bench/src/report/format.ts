/** A span of time in the unit that suits it: `320 ns`, `12.4 µs`, `3.1 ms`, `45.0 s`. */
export function formatMs(ms: number): string {
  if (!Number.isFinite(ms)) return '-'
  if (ms < 0.000_999_5) return `${digits(ms * 1e6)} ns`
  if (ms < 0.999_5) return `${digits(ms * 1e3)} µs`
  if (ms < 999.5) return `${digits(ms)} ms`
  return `${digits(ms / 1e3)} s`
}

/** A count with separators, of three significant digits: `1,230,000`. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return '-'
  if (count < 100) return digits(count)
  return Number(count.toPrecision(3)).toLocaleString('en-US')
}

/** A whole number with separators: `1,234`. */
export function formatWhole(count: number): string {
  return count.toLocaleString('en-US')
}

/** How many times one thing is another: `1.4 x`, `32,000 x`. */
export function formatTimes(ratio: number): string {
  return `${formatCount(ratio)} x`
}

/** A fraction in percent: `12 %`. */
export function formatPercent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`
}

/** Three significant digits, never in exponents. */
function digits(value: number): string {
  if (value >= 100) return String(Math.round(value))
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
