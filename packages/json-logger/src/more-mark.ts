/** The member that stands for those left out. */
export function moreMark(count: number): string {
  return `[${count} more]`
}
