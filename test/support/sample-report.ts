import type { NodeReport } from '@easycerts/shared/node-report'

/** What an honest certmgr would tell of a machine with these addresses. */
export const sampleReport = (
  addresses: readonly string[],
  more: Partial<NodeReport> & { readonly hostName?: string | null } = {},
): NodeReport => {
  const { hostName = null, ...rest } = more
  return {
    format: 1,
    easycerts: '0.1.0',
    kubernetes: null,
    trust: { epoch: 1, version: 1 },
    machine: { name: hostName, addresses: [...addresses] },
    certificates: [
      {
        name: 'kubelet-client',
        onDisk: { serialNumber: '01ab', fingerprint: 'ab'.repeat(32) },
        loaded: null,
      },
    ],
    bundles: [{ name: 'trust-client-ca', onDisk: { sha256: 'cd'.repeat(32) }, loaded: null }],
    clockOffset: 0,
    failures: [],
    hints: [],
    ...rest,
  }
}
