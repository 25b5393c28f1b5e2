//! From a method and a path to the operations meant, by the wire profile.

use apex_mobility_core::WireProfile;
use http::Method;
use percent_encoding::percent_decode_str;

use crate::operation::Operation;

/// The routes of a wire profile.
pub(crate) struct Router(Vec<Route>);

struct Route {
    operation: Operation,
    method: Method,
    template: Template,
}

/// A path with at most one placeholder.
struct Template {
    before: String,
    /// What follows the placeholder, if there is one.
    after: Option<String>,
}

/// What a request is for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// One or more operations: those that share a path and a method are told apart by the body.
    Operations {
        operations: Vec<Operation>,
        /// What stands in the placeholder, decoded.
        value: String,
    },
    /// The path is known, with these methods.
    WrongMethod(Vec<Method>),
    Unknown,
}

impl Router {
    pub(crate) fn new(profile: &WireProfile) -> Self {
        let routes = Operation::ALL.into_iter().filter_map(|operation| {
            let template = Template::new(profile.path(operation.path_key())?);
            Some(Route { operation, method: profile.method(operation.name())?.clone(), template })
        });
        Self(routes.collect())
    }

    pub(crate) fn find(&self, method: &Method, path: &str) -> Destination {
        let matches: Vec<_> =
            self.0.iter().filter_map(|route| Some((route, route.template.matches(path)?))).collect();
        let meant = || matches.iter().filter(|(route, _)| route.method == *method);
        // A path without a placeholder is more exact than one with.
        let exact = meant().any(|(route, _)| route.template.after.is_none());
        let chosen: Vec<_> = meant().filter(|(route, _)| route.template.after.is_none() == exact).collect();
        match chosen.first() {
            Some((_, value)) => Destination::Operations {
                operations: chosen.iter().map(|(route, _)| route.operation).collect(),
                value: percent_decode_str(value).decode_utf8_lossy().into_owned(),
            },
            None if matches.is_empty() => Destination::Unknown,
            None => {
                let mut allowed: Vec<_> = matches.iter().map(|(route, _)| route.method.clone()).collect();
                allowed.sort_by(|a, b| a.as_str().cmp(b.as_str()));
                allowed.dedup();
                Destination::WrongMethod(allowed)
            }
        }
    }
}

impl Template {
    fn new(path: &str) -> Self {
        let halves = path.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?.1)));
        match halves {
            Some((before, after)) => Self { before: before.to_owned(), after: Some(after.to_owned()) },
            None => Self { before: path.to_owned(), after: None },
        }
    }

    /// What stands in the placeholder; nothing when there is none.
    fn matches<'a>(&self, path: &'a str) -> Option<&'a str> {
        let Some(after) = &self.after else {
            return (path == self.before).then_some("");
        };
        let value = path.strip_prefix(self.before.as_str())?.strip_suffix(after.as_str())?;
        (!value.is_empty() && !value.contains('/')).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(method: &Method, path: &str) -> Destination {
        Router::new(&WireProfile::default()).find(method, path)
    }

    fn to(operations: &[Operation], value: &str) -> Destination {
        Destination::Operations { operations: operations.to_vec(), value: value.to_owned() }
    }

    #[test]
    fn paths_and_methods_lead_to_their_operations() {
        let line = "/sp/mobility/lineconfig/api/v1/service/2145550101";
        assert_eq!(find(&Method::GET, line), to(&[Operation::LineGet], "2145550101"));
        assert_eq!(
            find(&Method::PATCH, line),
            to(&[Operation::StatusChange, Operation::LineConfigure, Operation::PlanChange], "2145550101"),
        );
        let search = "/sp/mobility/lineconfig/api/v1/service";
        assert_eq!(find(&Method::GET, search), to(&[Operation::LineSearch], ""));
        assert_eq!(find(&Method::GET, "/sp/mobility/api/v1/account"), to(&[Operation::ListAccounts], ""));
    }

    #[test]
    fn every_operation_of_the_contract_is_reachable() {
        let profile = WireProfile::default();
        for operation in Operation::ALL {
            let path = profile.path(operation.path_key()).unwrap().replace(['{', '}'], "");
            let Destination::Operations { operations, .. } =
                find(profile.method(operation.name()).unwrap(), &path)
            else {
                panic!("{} is not reachable", operation.name());
            };
            assert!(operations.contains(&operation), "{}", operation.name());
        }
    }

    #[test]
    fn a_wrong_method_is_not_an_unknown_path() {
        assert_eq!(
            find(&Method::DELETE, "/sp/mobility/api/v1/account"),
            Destination::WrongMethod(vec![Method::GET]),
        );
        for path in ["/", "/sp", "/sp/mobility/api/v1/account/", "/sp/mobility/lineconfig/api/v1/service/1/2"]
        {
            assert_eq!(find(&Method::GET, path), Destination::Unknown, "{path}");
        }
    }

    #[test]
    fn a_replaced_path_is_followed_and_the_old_one_forgotten() {
        let profile = WireProfile::builder().path("list.accounts", "/lines").build().unwrap();
        let router = Router::new(&profile);
        assert_eq!(router.find(&Method::GET, "/lines"), to(&[Operation::ListAccounts], ""));
        assert_eq!(router.find(&Method::GET, "/sp/mobility/api/v1/account"), Destination::Unknown);
    }

    #[test]
    fn the_placeholder_is_decoded() {
        let path = "/sp/mobilityactivations/api/v1/serviceactivation/req%2D0001";
        assert_eq!(find(&Method::GET, path), to(&[Operation::ActivationStatus], "req-0001"));
    }
}
