package io.github.sdtune.maven;

import javax.inject.Inject;
import javax.inject.Named;
import javax.inject.Singleton;
import org.codehaus.plexus.classworlds.realm.ClassRealm;
import org.codehaus.plexus.component.configurator.ComponentConfigurationException;
import org.codehaus.plexus.component.configurator.ComponentConfigurator;
import org.codehaus.plexus.component.configurator.ConfigurationListener;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluator;
import org.codehaus.plexus.configuration.PlexusConfiguration;

/**
 * Maven's own configurator, but what it would stop at with the name of a Java class is set aside
 * and told to the goal, which says it together with everything else that is wrong.
 */
@Named(StrictConfigurator.NAME)
@Singleton
public class StrictConfigurator implements ComponentConfigurator {
  static final String NAME = "sdtune";

  private final ComponentConfigurator maven;

  @Inject
  public StrictConfigurator(@Named("basic") ComponentConfigurator maven) {
    this.maven = maven;
  }

  @Override
  public void configureComponent(
      Object component, PlexusConfiguration configuration, ClassRealm realm)
      throws ComponentConfigurationException {
    maven.configureComponent(component, configuration, realm);
  }

  @Override
  public void configureComponent(
      Object component,
      PlexusConfiguration configuration,
      ExpressionEvaluator evaluator,
      ClassRealm realm)
      throws ComponentConfigurationException {
    configureComponent(component, configuration, evaluator, realm, null);
  }

  @Override
  public void configureComponent(
      Object component,
      PlexusConfiguration configuration,
      ExpressionEvaluator evaluator,
      ClassRealm realm,
      ConfigurationListener listener)
      throws ComponentConfigurationException {
    Elements elements = new Elements(evaluator);
    PlexusConfiguration sound = elements.sound(configuration, component.getClass());
    if (component instanceof AbstractSdtuneMojo mojo) {
      mojo.configured(elements);
    }
    maven.configureComponent(component, sound, evaluator, realm, listener);
  }
}
