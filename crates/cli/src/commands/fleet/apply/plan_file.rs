//! A plan on disk, held open from the look at its seal to its last line.

use std::fs::File;
use std::io::{self, BufReader, Seek};
use std::path::{Path, PathBuf};

use apex_mobility::fleet::plan::{Drafted, PlanFile, PlanFileError};

use crate::failure::Failure;

/// A plan whose seal is whole.
pub(super) struct OpenPlan {
    pub(super) path: PathBuf,
    /// Read from its beginning for each pass. One handle, so that nobody puts another file in its place.
    file: File,
    pub(super) plan: PlanFile,
}

impl OpenPlan {
    /// Opens a plan and holds it to its seal.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display();
        if path.is_dir() {
            return Err(Failure::usage(format!("{name} is a directory, not a plan"), "give a file in it"));
        }
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let next = "make one: apex fleet plan DESIRED --out PLAN";
                return Err(Failure::usage(format!("there is no plan {name}"), next));
            }
            Err(error) => return Err(unusable(path, &error.into())),
        };
        let plan = PlanFile::verify(BufReader::new(&file)).map_err(|error| unusable(path, &error))?;
        Ok(Self { path: path.to_owned(), file, plan })
    }

    /// What it is called.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Its lines, from the first. One pass at a time.
    pub(super) fn lines(&self) -> Result<impl Iterator<Item = Result<Drafted, PlanFileError>> + '_, Failure> {
        (&self.file).rewind().map_err(|error| unusable(&self.path, &error.into()))?;
        Ok(PlanFile::lines(BufReader::new(&self.file)))
    }
}

/// A plan that cannot be used; nothing of it was sent.
pub(super) fn unusable(path: &Path, error: &PlanFileError) -> Failure {
    Failure::usage(
        format!("{}: {error}", path.display()),
        "make the plan again: apex fleet plan DESIRED --out PLAN",
    )
}
