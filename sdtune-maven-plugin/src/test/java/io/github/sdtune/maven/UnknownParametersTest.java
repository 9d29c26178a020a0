package io.github.sdtune.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Properties;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.plugin.descriptor.MojoDescriptor;
import org.apache.maven.plugin.descriptor.Parameter;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.codehaus.plexus.util.xml.Xpp3DomBuilder;
import org.junit.jupiter.api.Test;

class UnknownParametersTest {
  private static PluginDescriptor descriptor() throws Exception {
    PluginDescriptor plugin = new PluginDescriptor();
    plugin.addMojo(mojo("evaluate", "gates", "baseline", "device"));
    plugin.addMojo(mojo("fine-tune", "training", "skipFineTune"));
    plugin.addMojo(mojo("help", "detail"));
    return plugin;
  }

  private static MojoDescriptor mojo(String goal, String... parameters) throws Exception {
    MojoDescriptor mojo = new MojoDescriptor();
    mojo.setGoal(goal);
    for (String name : parameters) {
      Parameter parameter = new Parameter();
      parameter.setName(name);
      mojo.addParameter(parameter);
    }
    return mojo;
  }

  private static Plugin written(String children) throws Exception {
    Plugin plugin = new Plugin();
    plugin.setConfiguration(
        Xpp3DomBuilder.build(new StringReader("<configuration>" + children + "</configuration>")));
    return plugin;
  }

  private static List<String> found(String children) throws Exception {
    return UnknownParameters.of(written(children), descriptor());
  }

  @Test
  void whatAnyGoalKnowsIsKnown() throws Exception {
    assertThat(found("<gates/><training/><skipFineTune/>")).isEmpty();
  }

  @Test
  void aMisspeltNameComesWithTheRightOne() throws Exception {
    assertThat(found("<gatse/><Device/>"))
        .containsExactly(
            "<configuration>: found <gatse>, which no goal knows; did you mean <gates>?",
            "<configuration>: found <Device>, which no goal knows; did you mean <device>?");
  }

  @Test
  void whatBelongsInsideComesWithItsPlace() throws Exception {
    assertThat(found("<learningRate>1</learningRate>"))
        .containsExactly(
            "<configuration>: found <learningRate>, which no goal knows; did you mean"
                + " <training><learningRate>?");
  }

  @Test
  void aStrangeNameComesWithAllThatAreKnown() throws Exception {
    assertThat(found("<somethingElse/>"))
        .containsExactly(
            "<configuration>: found <somethingElse>, which no goal knows; expected one of"
                + " baseline, device, gates, skipFineTune, training");
  }

  @Test
  void executionsAreReadToo() throws Exception {
    Plugin plugin = written("");
    PluginExecution execution = new PluginExecution();
    execution.setConfiguration(written("<gats/>").getConfiguration());
    plugin.addExecution(execution);
    assertThat(UnknownParameters.of(plugin, descriptor())).hasSize(1);
  }

  @Test
  void noConfigurationIsNoMistake() throws Exception {
    assertThat(UnknownParameters.of(new Plugin(), descriptor())).isEmpty();
  }

  @Test
  void aMisspeltPropertyComesWithTheRightOne() throws Exception {
    PluginDescriptor plugin = descriptor();
    plugin.getMojos().get(0).getParameters().get(2).setExpression("${sdtune.device}");
    Properties user = new Properties();
    for (String name : List.of("sdtune.device", "sdtune.prompt", "revision", "sdtune.devise")) {
      user.setProperty(name, "x");
    }
    assertThat(UnknownParameters.of(user, plugin))
        .containsExactly(
            "-Dsdtune.devise: there is no such property; did you mean -Dsdtune.device?");
  }
}
