import type { Finding } from '../../../shared/model/audit'
import { audited } from './audited'
import type { Traffic } from './traffic'

/** The findings of one rule over told traffic. */
export async function found(told: Traffic, rule: string): Promise<readonly Finding[]> {
  return (await audited(told)).summary.findings.filter((f) => f.rule === rule)
}
