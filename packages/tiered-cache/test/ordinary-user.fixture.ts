const NOBODY = 65_534

/** Gives up the rights of a superuser, for whom every file can be written. Before anything is opened. */
export function becomeOrdinary(): void {
  if (process.getuid?.() !== 0) return
  process.setgid?.(NOBODY)
  process.setuid?.(NOBODY)
}
