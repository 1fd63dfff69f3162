/** Where easycerts keeps its own files on a node. */
export const NODE_PATHS = {
  configDirectory: '/etc/easycerts',
  certmgrConfig: '/etc/easycerts/certmgr.yaml',
  specDirectory: '/etc/easycerts/certmgr.d',
  /** Key and certificate that say who this node is to the CA; root only. */
  identityDirectory: '/var/lib/easycerts/identity',
  /** In it: key and certificate in one file, and the CA that vouches for ca-server. */
  identity: '/var/lib/easycerts/identity/current.pem',
  identityAnchor: '/var/lib/easycerts/identity/enrolment-ca.pem',
  /** Journals of half-done publications, status of the daemon. */
  certmgrState: '/var/lib/easycerts/certmgr',
  /** The same where only specs of the old certmgr are kept. */
  oldCertmgrState: '/var/lib/easycerts/old-certmgr',
  unitDirectory: '/etc/systemd/system',
  serviceAccountKey: '/etc/kubernetes/pki/sa.key',
  serviceAccountPublicKey: '/etc/kubernetes/pki/sa.pub',
} as const

/** In certmgr’s state: the units of this node name an address that is not its first one any more. */
export const REJOIN_MARK = 'rejoin-for-units.json'

/** Where the CA keeps its own files. */
export const CA_PATHS = {
  dataDirectory: '/var/lib/easycerts-ca',
} as const
