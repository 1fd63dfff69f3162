export * from './peer-chain.ts'
export {
  seeClientAccepted,
  seeServerCertificate,
  type SightPoint,
  type TlsSight,
} from './tls-sight.ts'
export * from './see-authorities.ts'
export * from './member-health.ts'
export * from './verdicts.ts'
