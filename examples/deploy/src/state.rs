//! What the server knows, in memory: services, where they run, and the releases of each.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Team to ask.
    pub owner: String,
    /// Its deployments by environment.
    pub deployments: BTreeMap<&'static str, Deployment>,
}

/// One service in one environment.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// In the order in which they went live; the last is live.
    pub releases: Vec<Release>,
    /// The version that is being deployed.
    pub next: Option<String>,
    /// The newest version; another one is live after a way back.
    pub newest: String,
}

impl Deployment {
    /// Whether an earlier version than the newest is live.
    pub fn rolled_back(&self) -> bool {
        self.releases.last().is_some_and(|live| live.version != self.newest)
    }
}

/// One version that went live.
#[derive(Clone, Debug)]
pub struct Release {
    /// Its version.
    pub version: String,
    /// RFC 3339.
    pub deployed_at: String,
    /// Who deployed it, and why if it was a way back.
    pub deployed_by: String,
}

/// Why there is no way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A deployment is under way.
    InProgress,
    /// The live version is an earlier one already.
    AlreadyBack,
    /// There is only one release.
    NoEarlier,
    /// No release has that version, or it is live.
    UnknownVersion,
}

/// All services by name.
#[derive(Debug, Default)]
pub struct State(Mutex<BTreeMap<String, Service>>);

impl State {
    /// Three services to try things on.
    pub fn demo() -> Self {
        let checkout = [("2.3.1", "2026-07-01T08:00:00Z"), ("2.4.0", "2026-07-27T15:30:00Z")];
        let search = [("7.0.1", "2026-06-11T09:12:00Z"), ("7.1.0", "2026-07-20T10:45:00Z")];
        let mail = [("1.0.0", "2026-05-02T12:00:00Z")];
        let mut services = BTreeMap::from([
            (
                "checkout".to_owned(),
                service("payments", &[("production", &checkout), ("staging", &checkout)]),
            ),
            ("mail".to_owned(), service("platform", &[("production", &mail)])),
            ("search".to_owned(), service("catalogue", &[("production", &search), ("staging", &search)])),
        ]);
        let busy = services.get_mut("search").and_then(|search| search.deployments.get_mut("production"));
        if let Some(deployment) = busy {
            deployment.next = Some("7.2.0".to_owned());
        }
        Self(Mutex::new(services))
    }

    /// The services as they are now.
    pub fn services(&self) -> BTreeMap<String, Service> {
        self.lock().clone()
    }

    /// Puts an earlier release live again: the one with `version`, or the one before. Returns the versions before
    /// and after; nothing where the service does not run there.
    ///
    /// # Errors
    ///
    /// See [`Refusal`].
    pub fn roll_back(
        &self,
        service: &str,
        environment: &str,
        version: Option<&str>,
        reason: &str,
        now: String,
    ) -> Result<Option<(Release, Release)>, Refusal> {
        let mut services = self.lock();
        let found = services.get_mut(service).and_then(|service| service.deployments.get_mut(environment));
        let Some(deployment) = found else { return Ok(None) };
        if deployment.next.is_some() {
            return Err(Refusal::InProgress);
        }
        if version.is_none() && deployment.rolled_back() {
            return Err(Refusal::AlreadyBack);
        }
        let Some((live, earlier)) = deployment.releases.split_last() else { return Err(Refusal::NoEarlier) };
        let target = match version {
            Some(version) => {
                earlier.iter().rfind(|release| release.version == version && release.version != live.version)
            }
            None => earlier.last(),
        };
        let missing = if version.is_some() { Refusal::UnknownVersion } else { Refusal::NoEarlier };
        let version = target.ok_or(missing)?.version.clone();
        let from = live.clone();
        let to = Release { version, deployed_at: now, deployed_by: format!("rolled back: {reason}") };
        deployment.releases.push(to.clone());
        Ok(Some((from, to)))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Service>> {
        // A panic elsewhere leaves whole values behind: each change is one push.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn service(owner: &str, deployments: &[(&'static str, &[(&str, &str)])]) -> Service {
    let deployments = deployments.iter().map(|(environment, releases)| {
        let releases = releases.iter().map(|(version, deployed_at)| Release {
            version: (*version).to_owned(),
            deployed_at: (*deployed_at).to_owned(),
            deployed_by: "ci".to_owned(),
        });
        let releases: Vec<Release> = releases.collect();
        let newest = releases.last().map(|live| live.version.clone()).unwrap_or_default();
        (*environment, Deployment { releases, next: None, newest })
    });
    Service { owner: owner.to_owned(), deployments: deployments.collect() }
}
