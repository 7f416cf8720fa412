//! The deploy server: what `tools.yaml` promises, over services that it keeps in memory.

mod state;

/// The generated contract.
pub mod contract {
    include!(concat!(env!("OUT_DIR"), "/contract.rs"));
}

use contract::get_deploy_status::{GetDeployStatusArguments, GetDeployStatusError, GetDeployStatusOutput};
use contract::list_services::{ListServicesArguments, ListServicesError, ListServicesOutput};
use contract::resources::ServiceParameters;
use contract::roll_back::{RollBackArguments, RollBackError, RollBackOutput};
use contract::{DeployState, Environment, ServiceSummary};
use lockstep_runtime::contract::{
    Completing, Completion, CompletionError, Context, ResourceContents, ResourceError, ResourceList,
    SharedError,
};
use lockstep_runtime::serde_json::json;
use lockstep_runtime::wire::latest;

pub use state::State;
use state::{Deployment, Refusal, Release, Service};

/// The server: the contract's traits are implemented on it.
#[derive(Debug, Default)]
pub struct Deploy(pub State);

impl contract::Tools for Deploy {
    async fn list_services(
        &self,
        _context: &Context,
        ListServicesArguments { owner }: ListServicesArguments,
    ) -> Result<ListServicesOutput, ListServicesError> {
        let wanted = |service: &Service| owner.as_ref().is_none_or(|owner| **owner == *service.owner);
        let services = self.0.services().into_iter().filter(|(_, service)| wanted(service));
        let services = services.map(|(name, service)| ServiceSummary {
            name,
            owner: service.owner,
            environments: service.deployments.keys().filter_map(|name| name.parse().ok()).collect(),
        });
        Ok(ListServicesOutput { services: services.collect() })
    }

    async fn get_deploy_status(
        &self,
        _context: &Context,
        GetDeployStatusArguments { service, environment }: GetDeployStatusArguments,
    ) -> Result<GetDeployStatusOutput, GetDeployStatusError> {
        let services = self.0.services();
        let Some(found) = services.get(&*service) else {
            return Err(GetDeployStatusError::unknown_service(self.unknown(&service)));
        };
        let missing = || GetDeployStatusError::not_deployed(not_deployed(&service, environment));
        let deployment = found.deployments.get(environment.as_str()).ok_or_else(missing)?;
        let (current, earlier) = deployment.releases.split_last().ok_or_else(missing)?;
        let history: Result<_, _> = earlier.iter().rev().map(release).collect();
        Ok(GetDeployStatusOutput {
            service: service.into_inner(),
            environment,
            state: state_of(deployment),
            current: release(current)?,
            next: deployment.next.clone(),
            history: history?,
        })
    }

    async fn roll_back(
        &self,
        _context: &Context,
        RollBackArguments { service, environment, version, reason }: RollBackArguments,
    ) -> Result<RollBackOutput, RollBackError> {
        if !self.0.services().contains_key(&*service) {
            return Err(RollBackError::unknown_service(self.unknown(&service)));
        }
        let now = jiff::Timestamp::now().to_string();
        let done = self.0.roll_back(&service, environment.as_str(), version.as_deref(), &reason, now);
        let (from, to) = done
            .map_err(|refusal| refused(refusal, &service, environment))?
            .ok_or_else(|| RollBackError::not_deployed(not_deployed(&service, environment)))?;
        Ok(RollBackOutput {
            service: service.into_inner(),
            environment,
            from: from.version,
            to: to.version.clone(),
            current: release(&to)?,
        })
    }
}

impl contract::Resources for Deploy {
    async fn service(
        &self,
        _context: &Context,
        ServiceParameters { service }: ServiceParameters,
    ) -> Result<ResourceContents, ResourceError> {
        let services = self.0.services();
        let found =
            services.get(&*service).ok_or_else(|| ResourceError::not_found(self.unknown(&service)))?;
        let deployments = found.deployments.iter().map(|(environment, deployment)| {
            let releases = deployment.releases.iter().map(|release| {
                json!({
                    "version": release.version,
                    "deployed_at": release.deployed_at,
                    "deployed_by": release.deployed_by,
                })
            });
            let releases: Vec<_> = releases.collect();
            json!({ "environment": environment, "state": state_of(deployment).as_str(), "releases": releases })
        });
        let deployments: Vec<_> = deployments.collect();
        let text = json!({ "service": &*service, "owner": found.owner, "deployments": deployments });
        Ok(ResourceContents::text(text.to_string()))
    }

    async fn service_list(
        &self,
        _context: &Context,
        _cursor: Option<&str>,
    ) -> Result<ResourceList, ResourceError> {
        let services = self.0.services().into_keys();
        let resources =
            services.map(|name| latest::Resource::new(name.clone(), format!("deploy://services/{name}")));
        Ok(ResourceList::new(resources.collect()))
    }

    async fn service_complete_service(
        &self,
        _context: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        Ok(self.names_like(&completing))
    }
}

impl contract::Prompts for Deploy {
    async fn incident_report_complete_service(
        &self,
        _context: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        Ok(self.names_like(&completing))
    }
}

impl Deploy {
    fn names_like(&self, completing: &Completing) -> Completion {
        let services = self.0.services();
        let names: Vec<&str> = services.keys().map(String::as_str).collect();
        Completion::among(&names, &completing.value)
    }

    fn unknown(&self, service: &str) -> String {
        let services = self.0.services();
        let names: Vec<&str> = services.keys().map(String::as_str).collect();
        format!("there is no service `{service}`, only {}", names.join(", "))
    }
}

fn not_deployed(service: &str, environment: Environment) -> String {
    format!("`{service}` does not run in {}", environment.as_str())
}

fn refused(refusal: Refusal, service: &str, environment: Environment) -> RollBackError {
    let place = format!("`{service}` in {}", environment.as_str());
    match refusal {
        Refusal::InProgress => RollBackError::deploy_in_progress(format!("{place} is being deployed")),
        Refusal::AlreadyBack => {
            RollBackError::already_rolled_back(format!("{place} was rolled back already"))
        }
        Refusal::NoEarlier => RollBackError::no_earlier_version(format!("{place} has had one version only")),
        Refusal::UnknownVersion => {
            RollBackError::unknown_version(format!("{place} never had that version before"))
        }
    }
}

fn state_of(deployment: &Deployment) -> DeployState {
    match deployment {
        Deployment { next: Some(_), .. } => DeployState::Deploying,
        deployment if deployment.rolled_back() => DeployState::RolledBack,
        _ => DeployState::Live,
    }
}

/// A release as the contract has it.
fn release(release: &Release) -> Result<contract::Release, SharedError> {
    Ok(contract::Release {
        version: release.version.clone(),
        deployed_at: release.deployed_at.parse()?,
        deployed_by: release.deployed_by.clone(),
    })
}
