//! Virtual environments with pinned packages.

use std::path::PathBuf;
use std::process::Command;

use super::{command, directory, write};

/// A virtual environment of Python.
pub(crate) struct Environment {
    root: PathBuf,
}

impl Environment {
    /// The environment of that name, with exactly these packages: a requirements file of pip. It is made anew
    /// when the file has changed.
    pub(crate) fn with(name: &str, requirements: &str) -> Result<Self, String> {
        let root = directory().join(name);
        let stamp = root.join("requirements.txt");
        if std::fs::read_to_string(&stamp).is_ok_and(|made_of| made_of == requirements) {
            return Ok(Self { root });
        }
        let hint = |error| format!("{error}\n(on Debian the package python3-venv is needed)");
        command::must(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&root)).map_err(hint)?;
        let environment = Self { root };
        let list = environment.root.join("to-install.txt");
        write(&list, requirements)?;
        let quietly = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r"];
        command::must(environment.tool("python").args(quietly).arg(&list))?;
        write(&stamp, requirements)?;
        Ok(environment)
    }

    /// A command of the environment.
    pub(crate) fn tool(&self, name: &str) -> Command {
        let binaries = self.root.join("bin");
        let mut command = Command::new(binaries.join(name));
        // Tools call other tools of their environment.
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(binaries).chain(std::env::split_paths(&path));
        if let Ok(path) = std::env::join_paths(path) {
            command.env("PATH", path);
        }
        command
    }
}
