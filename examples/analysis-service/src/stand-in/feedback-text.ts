/** The figures as the prompt has them, one a line: `- Duration: 12.3 s`. */
const FIGURE = /^- ([A-Z][a-z ]+): (.+)$/gm

/** What the stand-in says to a prompt: made from its figures, and the same for the same ones. */
export function feedbackText(prompt: string): string {
  const figures = new Map(Array.from(prompt.matchAll(FIGURE), ([, name, value]) => [name, value]))
  const say = (name: string): string => figures.get(name) ?? 'not measured'
  return [
    `Thank you for this recording (duration: ${say('Duration')}).`,
    `Your pace is steady: ${say('Speaking rate')}.`,
    `On pauses I see ${say('Pauses')}; breathe out in each of them.`,
    `Your voice (${say('Pitch')}) carries the text.`,
    'As an exercise, read one paragraph aloud twice a day and stress one word in each sentence.',
    '(Written by the stand-in, not by a model.)',
  ].join(' ')
}
