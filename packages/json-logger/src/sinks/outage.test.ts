import { describe, expect, it } from 'vitest'
import { Outage } from './outage.ts'

describe('Outage', () => {
  it('is told when it begins and when it is over, each time once', () => {
    const reports: string[] = []
    const outage = new Outage('write', '/logs/app.log', {
      dropNotice: String,
      report: (text) => void reports.push(text),
    })
    outage.end()
    outage.begin(Object.assign(new Error('x'), { code: 'ENOSPC' }))
    outage.begin(new Error('other'))
    expect(outage.isOn).toBe(true)
    outage.end()
    outage.end()
    outage.begin(new Error('torn'))
    expect(reports).toEqual([
      'cannot write /logs/app.log (ENOSPC)',
      'can write /logs/app.log again',
      'cannot write /logs/app.log (torn)',
    ])
  })
})
