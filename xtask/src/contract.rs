//! The OpenAPI files of the API crates: are they sound, and does traffic keep to them?
//!
//! ```
//! use xtask::contract::Contract;
//!
//! let contract = Contract::load()?;
//! assert_eq!(contract.operation("line.get").map(|o| o.path()), Some("/sp/mobility/lineconfig/api/v1/service/{subscriberNumber}"));
//! # Ok::<(), xtask::contract::ContractError>(())
//! ```

mod bundle;
mod document;
mod examples;
mod grades;
mod merge;
mod operation;
mod structure;
mod traffic;
mod validation;
mod wire_keys;

#[cfg(test)]
mod planted;
#[cfg(test)]
mod traffic_judged;

use std::path::{Path, PathBuf};

use apex_mobility_core::WireProfile;

pub use document::Document;
pub(crate) use document::entries;
pub use operation::Operation;

use crate::{Findings, workspace_root};

/// All OpenAPI files of the workspace.
#[derive(Debug)]
pub struct Contract {
    documents: Vec<Document>,
    operations: Vec<Operation>,
}

impl Contract {
    /// Reads `crates/*/openapi.yaml` of this workspace.
    ///
    /// # Errors
    /// A file that cannot be read, is not YAML, or refers to what it does not hold.
    pub fn load() -> Result<Self, ContractError> {
        let crates = workspace_root().join("crates");
        let failed = |source| ContractError::Read { path: crates.clone(), source };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&crates).map_err(failed)? {
            let path = entry.map_err(failed)?.path().join("openapi.yaml");
            if path.is_file() {
                let yaml = read(&path)?;
                let name = path.parent().and_then(Path::file_name).unwrap_or_default();
                files.push((name.to_string_lossy().into_owned(), yaml));
            }
        }
        files.sort();
        Self::parse(files)
    }

    /// Reads files given as (name of the API crate, YAML text).
    ///
    /// # Errors
    /// Text that is not YAML, or refers to what it does not hold.
    pub fn parse<N, Y>(files: impl IntoIterator<Item = (N, Y)>) -> Result<Self, ContractError>
    where
        N: Into<String>,
        Y: AsRef<str>,
    {
        let mut documents = Vec::new();
        for (name, yaml) in files {
            documents.push(Document::parse(name.into(), yaml.as_ref())?);
        }
        let mut operations = Vec::new();
        for document in &documents {
            operations.extend(Operation::all_of(document)?);
        }
        Ok(Self { documents, operations })
    }

    /// Every rule that can be judged from the files alone, and the agreement with the wire profile.
    #[must_use]
    pub fn check(&self, profile: &WireProfile) -> Findings {
        let mut findings = Findings::default();
        for document in &self.documents {
            findings.extend(structure::check(document));
            findings.extend(grades::check(document));
            findings.extend(examples::check(document));
        }
        findings.extend(wire_keys::check(self, profile));
        match bundle::whole(&self.documents) {
            // What was merged is a document of its own.
            Ok(whole) => {
                let whole = Document::of("the bundle", whole);
                findings.extend(structure::check_openapi(&whole));
                findings.extend(examples::check(&whole));
            }
            Err(differences) => findings.extend(differences),
        }
        findings
    }

    /// One document with all APIs, as JSON text that depends on nothing but the files.
    ///
    /// # Errors
    /// Components or operations of one name that differ between files.
    pub fn bundle(&self) -> Result<String, Findings> {
        bundle::bundle(&self.documents)
    }

    /// The bundle for those who are to find every member that the files do not name: its objects are closed, but
    /// for those that say themselves what else they hold.
    ///
    /// # Errors
    /// As [`bundle`](Self::bundle).
    pub fn closed_bundle(&self) -> Result<String, Findings> {
        let mut bundle = bundle::whole(&self.documents)?;
        validation::close(&mut bundle);
        Ok(bundle.to_string())
    }

    /// Where [`bundle`](Self::bundle) is kept.
    #[must_use]
    pub fn bundle_path() -> PathBuf {
        workspace_root().join("crates/sandbox/openapi.json")
    }

    /// The files, by name of their crate.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The operations of all files.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation with this key, for example `line.get`.
    #[must_use]
    pub fn operation(&self, wire_key: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.wire_key() == wire_key)
    }
}

/// Why the OpenAPI files could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// The file system said no.
    #[error("cannot read {}", path.display())]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// The text is not YAML.
    #[error("{document}: not valid YAML: {problem}")]
    Yaml {
        /// Name of the API crate.
        document: String,
        /// What the parser said.
        problem: String,
    },
    /// A `$ref` leads nowhere, a key is missing or a schema cannot be compiled.
    #[error("{document}: {place}: {problem}")]
    Unusable {
        /// Name of the API crate.
        document: String,
        /// JSON pointer into the file.
        place: String,
        /// What is wrong there.
        problem: String,
    },
}

fn read(path: &Path) -> Result<String, ContractError> {
    std::fs::read_to_string(path).map_err(|source| ContractError::Read { path: path.to_path_buf(), source })
}
