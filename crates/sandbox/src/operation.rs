//! The operations of the ten APIs, by the names the contract gives them.

/// One operation (contract 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    ListAccounts,
    ActivationSubmit,
    ActivationStatus,
    PortEligibility,
    PortRequest,
    PortStatus,
    PortUpdate,
    PortCancel,
    BillingCreate,
    BillingUpdate,
    BillingRead,
    StatusChange,
    NumberChange,
    LineConfigure,
    PlanChange,
    LineGet,
    LineSearch,
    PdpAddresses,
    PdpProvision,
    PdpStatus,
    PdpRemove,
}

impl Operation {
    pub(crate) const ALL: [Self; 21] = [
        Self::ListAccounts,
        Self::ActivationSubmit,
        Self::ActivationStatus,
        Self::PortEligibility,
        Self::PortRequest,
        Self::PortStatus,
        Self::PortUpdate,
        Self::PortCancel,
        Self::BillingCreate,
        Self::BillingUpdate,
        Self::BillingRead,
        Self::StatusChange,
        Self::NumberChange,
        Self::LineConfigure,
        Self::PlanChange,
        Self::LineGet,
        Self::LineSearch,
        Self::PdpAddresses,
        Self::PdpProvision,
        Self::PdpStatus,
        Self::PdpRemove,
    ];

    /// The name: also its key among the wire profile's methods.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ListAccounts => "list.accounts",
            Self::ActivationSubmit => "activation.submit",
            Self::ActivationStatus => "activation.status",
            Self::PortEligibility => "port.eligibility",
            Self::PortRequest => "port.request",
            Self::PortStatus => "port.item/status",
            Self::PortUpdate => "port.item/update",
            Self::PortCancel => "port.item/cancel",
            Self::BillingCreate => "billing.create",
            Self::BillingUpdate => "billing.item/update",
            Self::BillingRead => "billing.item/read",
            Self::StatusChange => "status.change",
            Self::NumberChange => "number.change",
            Self::LineConfigure => "line.configure",
            Self::PlanChange => "plan.change",
            Self::LineGet => "line.get",
            Self::LineSearch => "line.search",
            Self::PdpAddresses => "pdp.addresses",
            Self::PdpProvision => "pdp.provision",
            Self::PdpStatus => "pdp.status",
            Self::PdpRemove => "pdp.remove",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }

    /// Its key among the wire profile's paths: one path may serve several operations.
    pub(crate) fn path_key(self) -> &'static str {
        let name = self.name();
        name.split_once('/').map_or(name, |(path, _)| path)
    }

    /// Whether it changes something.
    pub(crate) fn is_write(self) -> bool {
        !matches!(
            self,
            Self::ListAccounts
                | Self::ActivationStatus
                | Self::PortEligibility
                | Self::PortStatus
                | Self::BillingRead
                | Self::LineGet
                | Self::LineSearch
                | Self::PdpStatus
        )
    }
}
