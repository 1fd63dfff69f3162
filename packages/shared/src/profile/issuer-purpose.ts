/** The CAs of a cluster. None signs for another's consumers: a kubelet's certificate opens no etcd. */
export const ISSUER_PURPOSES = ['cluster', 'etcd', 'front-proxy', 'enrolment'] as const

export type IssuerPurpose = (typeof ISSUER_PURPOSES)[number]
