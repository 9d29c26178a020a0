package io.github.sdtune.report;

import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import io.github.sdtune.gate.Baseline;
import io.github.sdtune.gate.Cells;
import io.github.sdtune.gate.Judgement;
import io.github.sdtune.gate.Printable;
import io.github.sdtune.gate.Verdict;
import io.github.sdtune.io.AtomicFile;
import io.github.sdtune.io.Json;
import io.github.sdtune.metric.Overfitting;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One HTML file with all that is known of a tuned model. It needs no network and asks for none: its
 * content security policy allows its own two scripts by their hash, inlined pictures, and nothing
 * else.
 */
public final class HtmlReport {
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
  private static final Configuration TEMPLATES = templates();

  private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}&&[^\n\t]]");

  private HtmlReport() {}

  /** A row of the gates' table. */
  public record GateRow(Cells cells, String kind, String message) {}

  public static void write(Path file, ReportData data) {
    try {
      AtomicFile.write(file, render(data).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String render(ReportData data) {
    StringWriter out = new StringWriter();
    try {
      TEMPLATES.getTemplate("report.ftlh").process(model(data), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TemplateException e) {
      throw new IllegalStateException(e);
    }
    return CONTROLS.matcher(out.toString()).replaceAll("\ufffd");
  }

  private static Map<String, Object> model(ReportData data) {
    Verdict verdict = data.verdict();
    TrainingLog log = TrainingLog.parse(data.trainingLog());
    MetricTables tables = new MetricTables(data.metrics(), data.baseline());
    List<Chart> charts = new ArrayList<>(Curves.of(log));
    tables.timestepChart().ifPresent(charts::add);
    Double best = Curves.best(log);

    Map<String, Object> model = new HashMap<>();
    model.put("title", Printable.line(data.title()));
    model.put("artifact", data.metrics().artifact() == null ? "" : data.metrics().artifact());
    model.put("outcome", outcome(verdict));
    model.put("headline", verdict.headline());
    model.put("unchecked", verdict.unchecked());
    model.put(
        "baseline", verdict.baseline().or(() -> data.baseline().map(Baseline::version)).orElse(""));
    model.put("gates", verdict.rows().stream().map(HtmlReport::gateRow).toList());
    model.put("keyFigures", tables.keyFigures());
    model.put("metrics", tables.rows());
    model.put("timesteps", tables.timesteps());
    model.put("matrices", ConfusionTables.matrices(data.metrics()));
    model.put("classes", ConfusionTables.classes(data.metrics()));
    model.put("samples", SampleGrid.of(data.metrics().samples(), data.directory()));
    model.put("facts", data.facts());
    model.put("fingerprint", data.metrics().fingerprint());
    model.put("charts", charts.stream().map(Chart::id).toList());
    model.put("best", best == null ? "" : String.valueOf(best.intValue()));
    model.put("overfitting", log.overfitting().map(HtmlReport::sentence).orElse(""));
    model.put("unreadable", log.unreadable());
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

  private static String sentence(Overfitting found) {
    String sentence = found.sentence();
    return sentence.isEmpty()
        ? ""
        : sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1) + ".";
  }

  private static String outcome(Verdict verdict) {
    if (verdict.failed()) {
      return "failed";
    }
    return verdict.unchecked() ? "unchecked" : "passed";
  }

  private static GateRow gateRow(Judgement row) {
    String kind =
        row.failed()
            ? "fail"
            : row.warned() ? "warn" : row.status().name().toLowerCase(Locale.ROOT);
    return new GateRow(Cells.of(row), kind, row.message());
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
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
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
    configuration.setClassForTemplateLoading(HtmlReport.class, "");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setNumberFormat("computer");
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
    return configuration;
  }
}
