# Every node: the join by a ticket, and the daemon that keeps certificates valid.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib)
    mapAttrs'
    mkIf
    nameValuePair
    optional
    optionalString
    ;
  cfg = config.services.easycerts;
  kubernetes = config.services.kubernetes;
  facts = import ./facts.nix { inherit config lib; };
  hardening = import ./hardening.nix;
  inherit (import ./certificates.nix) certificates secrets;

  nodeJoin = "${cfg.package}/bin/node-join --no-units --no-start";
  # The last thing that a join writes.
  joined = "/etc/easycerts/certmgr.yaml";
  directories = [
    "/etc/kubernetes"
    "/etc/easycerts"
    secrets
  ];

  components =
    optional kubernetes.kubelet.enable "kubelet"
    ++ optional kubernetes.proxy.enable "kube-proxy"
    ++ optional kubernetes.flannel.enable "flannel";
  restartComponents = lib.concatMapStringsSep "\n" (unit: ''
    echo "Restarting ${unit}..." >&2
    systemctl restart ${unit}
  '') components;

  # Under the name that people know. node-join says what is wrong with what it was given.
  command = pkgs.writeShellScriptBin "nixos-kubernetes-node-join" ''
    set -eu
    exec 1>&2
    if [ $# -gt 0 ]; then
      echo "Usage: $(basename "$0")"
      echo
      echo "No args. A ticket must be provided on stdin."
      echo "To get one, execute: 'sudo ca-server ticket create --node NAME --role worker' on the master node."
      exit 1
    fi
    if [ "$(id -u)" != 0 ]; then
      echo "Run as root please."
      exit 1
    fi
    ${nodeJoin}
    echo "Restarting certmgr..."
    systemctl restart certmgr
    ${restartComponents}
    echo "Node joined successfully"
  '';

  # JSON is YAML.
  spec =
    name: cert:
    let
      actions = lib.optionalAttrs ((cert.action or "") != "") {
        key = [ { command = [ "${pkgs.bash}/bin/bash" "-c" cert.action ]; } ];
      };
      owner = cert.privateKeyOwner or (cert.privateKeyOptions or { owner = "kubernetes"; }).owner;
    in
    builtins.toJSON {
      kind = "Certificate";
      inherit name actions;
      profile = cert.profile or name;
      group = name;
      certificate.path = "${secrets}/${cert.name or name}.pem";
      key = {
        path = "${secrets}/${cert.name or name}-key.pem";
        inherit owner;
        group = owner;
        mode = "0600";
      };
    };

  # node-join writes the specs of the components; these are the others.
  further = builtins.removeAttrs (kubernetes.pki.certs // cfg.certs) (
    builtins.attrNames certificates ++ [ "serviceAccount" ]
  );
in
{
  config = mkIf (cfg.enable && facts.isNode) {
    systemd.tmpfiles.rules =
      map (path: "d ${path} 0755 root root -") directories
      ++ optional (
        cfg.etcClusterAdminKubeconfig != null
        && cfg.etcClusterAdminKubeconfig != "kubernetes/cluster-admin.kubeconfig"
      ) "L+ /etc/${cfg.etcClusterAdminKubeconfig} - - - - /etc/kubernetes/cluster-admin.kubeconfig";

    environment.etc = mapAttrs' (
      name: cert: nameValuePair "easycerts/certmgr.d/${name}.yaml" { text = spec name cert; }
    ) further;
    environment.systemPackages = [ cfg.package ] ++ optional (components != [ ]) command;

    systemd.services.easycerts-join = {
      description = "The join of this node by the ticket in ${cfg.ticketFile}";
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ];
      unitConfig.StartLimitIntervalSec = 0;
      serviceConfig = {
        Type = "oneshot";
        # Or the path unit would start it again for as long as the file is there.
        RemainAfterExit = true;
        Restart = "on-failure";
        RestartSec = "30s";
        # A ticket that is bad, refused, or of another CA is no better in half a minute.
        RestartPreventExitStatus = "65 67 76 77 78";
      };
      script = ''
        if [ -e ${joined} ]; then
          exit 0
        fi
        ${nodeJoin} < ${lib.escapeShellArg cfg.ticketFile}
        systemctl start certmgr.service
        ${restartComponents}
      '';
    };
    systemd.paths.easycerts-join = {
      description = "A ticket for this node";
      wantedBy = [ "multi-user.target" ];
      pathConfig.PathExists = cfg.ticketFile;
    };

    systemd.services.certmgr = {
      description = "certmgr, which renews the certificates of this node";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ];
      # For certificates in PKCS#12.
      path = [ pkgs.openssl ];
      unitConfig = {
        ConditionPathExists = joined;
        StartLimitIntervalSec = 0;
      };
      serviceConfig = hardening.certmgr // {
        Type = "notify";
        ExecStart = "${cfg.package}/bin/certmgr run";
        Restart = "always";
        RestartSec = "5";
        TimeoutStartSec = "30min";
        NotifyAccess = "all";
        WatchdogSec = "180";
        RestartPreventExitStatus = "78";
        StateDirectory = "easycerts";
        StateDirectoryMode = "0700";
        ReadWritePaths = [
          "/etc/kubernetes"
          "/etc/easycerts"
          "-${secrets}"
        ];
      };
    };
  };
}
