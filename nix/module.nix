# services.easycerts: ca-server, certmgr and node-join in the place of services.kubernetes.pki.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  inherit (lib) mkDefault mkIf optional;
  cfg = config.services.easycerts;
  kubernetes = config.services.kubernetes;
  facts = import ./facts.nix { inherit config lib; };
  inherit (import ./certificates.nix) secrets;

  # What somebody has set, be it to its default.
  isSet = name: (options.services.easycerts.${name}.highestPrio or 1500) < 1500;
  ignoredNames = builtins.filter (name: builtins.elem name (builtins.attrNames cfg.caSpec)) [
    "O"
    "OU"
    "L"
  ];
in
{
  imports = [
    ./ca-server.nix
    ./certmgr.nix
    ./kubernetes.nix
  ];

  options.services.easycerts = import ./options.nix { inherit lib pkgs; };

  config = mkIf cfg.enable {
    services.easycerts.etcClusterAdminKubeconfig = mkIf facts.isMaster (
      mkDefault "kubernetes/cluster-admin.kubeconfig"
    );

    assertions = [
      {
        assertion = kubernetes.roles != [ ];
        message = "services.easycerts needs services.kubernetes.roles";
      }
      {
        assertion = !config.services.certmgr.enable;
        message = "services.easycerts and services.certmgr are both certmgr.service; for its specs see oldCertmgr in docs/old-certmgr.md";
      }
      {
        assertion = kubernetes.secretsPath == secrets;
        message = "services.easycerts keeps certificates in ${secrets}, and services.kubernetes.secretsPath is ${kubernetes.secretsPath}";
      }
      {
        assertion = builtins.match "[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?" facts.clusterName != null;
        message = "services.easycerts.caSpec.CN is the name of the cluster: lower case letters, digits and hyphens, at most 32";
      }
      {
        assertion = kubernetes.kubelet.hostname == lib.toLower kubernetes.kubelet.hostname;
        message = "services.kubernetes.kubelet.hostname must be in lower case: a node registers so, and its certificate says so";
      }
    ];

    warnings =
      optional (cfg.pkiTrustOnBootstrap && isSet "pkiTrustOnBootstrap")
        "services.easycerts.pkiTrustOnBootstrap has no effect: nodes believe the CA whose pin their ticket carries"
      ++ optional (isSet "genCfsslAPICerts")
        "services.easycerts.genCfsslAPICerts has no effect: ca-server makes and renews its own certificate"
      ++ optional (isSet "caSpec" && ignoredNames != [ ])
        "services.easycerts.caSpec: ${lib.concatStringsSep ", " ignoredNames} are left out of the names of CAs";
  };
}
