//! How the replies of PDP Provisioning are spelled: camelCase, or as the variant `pdp_style` wants it.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::reply::Done;
use crate::variants::PdpStyle;

impl PdpStyle {
    pub(crate) fn done(self, body: &impl Serialize) -> Done {
        // A reply is made of text and lists: it always serializes.
        Done::json(&self.spell(serde_json::to_value(body).unwrap_or_default()))
    }

    /// A yes or no.
    pub(crate) fn indicator(self, yes: bool) -> Value {
        match self {
            Self::Booleans => yes.into(),
            Self::CamelCase | Self::PascalCase => if yes { "Y" } else { "N" }.into(),
        }
    }

    /// Spells the names of all members.
    pub(crate) fn spell(self, value: Value) -> Value {
        if self != Self::PascalCase {
            return value;
        }
        match value {
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, value)| (pascal(&name), self.spell(value)));
                Value::Object(members.collect::<Map<_, _>>())
            }
            Value::Array(elements) => elements.into_iter().map(|element| self.spell(element)).collect(),
            other => other,
        }
    }
}

/// `batchId` as `BatchId`; contract 2.2 has seen `IPAddressRecords` for `ipAddressRecords`.
fn pascal(name: &str) -> String {
    if let Some(rest) = name.strip_prefix("ip") {
        return format!("IP{rest}");
    }
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_spelled_at_every_depth_and_values_are_left_alone() {
        let body =
            json!([{"batchId": "aB", "ipAddressRecord": {"ipAddress": "10.20.0.11"}, "message": null}]);
        assert_eq!(PdpStyle::CamelCase.spell(body.clone()), body);
        assert_eq!(PdpStyle::Booleans.spell(body.clone()), body);
        assert_eq!(
            PdpStyle::PascalCase.spell(body),
            json!([{"BatchId": "aB", "IPAddressRecord": {"IPAddress": "10.20.0.11"}, "Message": null}])
        );
    }

    #[test]
    fn an_indicator_is_a_letter_or_a_bool() {
        assert_eq!(PdpStyle::CamelCase.indicator(true), "Y");
        assert_eq!(PdpStyle::PascalCase.indicator(false), "N");
        assert_eq!(PdpStyle::Booleans.indicator(false), false);
    }
}
