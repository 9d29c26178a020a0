package io.github.sdtune.report;

import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import io.github.sdtune.io.AtomicFile;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An HTML file with charts. It needs no network and asks for none: its content security policy
 * allows its own two scripts by their hash, inlined pictures, and nothing else.
 */
final class Page {
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
  private static final Configuration TEMPLATES = templates();

  private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}&&[^\n\t]]");

  private Page() {}

  static void write(Path file, String html) {
    AtomicFile.writeText(file, html);
  }

  /**
   * The page of a template.
   *
   * @param content what the template speaks of, by name
   * @param charts that it may have elements for, by their ids
   */
  static String render(String template, Map<String, Object> content, List<Chart> charts) {
    StringWriter out = new StringWriter();
    try {
      TEMPLATES.getTemplate(template).process(model(content, charts), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TemplateException e) {
      throw new IllegalStateException(e);
    }
    return CONTROLS.matcher(out.toString()).replaceAll("\ufffd");
  }

  private static Map<String, Object> model(Map<String, Object> content, List<Chart> charts) {
    Map<String, Object> model = new HashMap<>(content);
    model.put("charts", charts.stream().map(Chart::id).toList());
    model.put("chartData", embedded(Json.line(charts)));
    model.put("uplotCss", resource(UPLOT + "uPlot.min.css"));
    model.put("css", resource("report.css"));
    String uplot = script(resource(UPLOT + "uPlot.iife.min.js"));
    String script = script(resource("report.js"));
    model.put("uplot", uplot);
    model.put("script", script);
    model.put("scriptHashes", hash(uplot) + " " + hash(script));
    return model;
  }

  /** JSON that no HTML parser takes for anything else than the text of a script element. */
  private static String embedded(String json) {
    return json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
  }

  private static String script(String text) {
    if (text.toLowerCase(Locale.ROOT).contains("</script")) {
      throw new IllegalStateException("a script that would end its own element");
    }
    return text;
  }

  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("not on the class path: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Configuration templates() {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
    configuration.setClassForTemplateLoading(Page.class, "");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setNumberFormat("computer");
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
    return configuration;
  }
}
