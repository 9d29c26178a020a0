import groovy.json.JsonSlurper

// What the README and the issue promise of the example.
File released = new File(localRepositoryPath, "com/example/lineart-emoji/1.0")
def metrics = new JsonSlurper().parse(new File(released, "lineart-emoji-1.0-metrics.json"))

def loss = metrics.comparisons["validation.loss"]
assert loss.items == 80
assert loss.relative <= -0.15
assert loss.high < 0 // the paired 95% interval leaves out zero

def colours = { metrics[it]["samples.colourfulness"].value }
assert colours("tuned") <= colours("base") / 3

def confusion = metrics.confusion.tuned
assert confusion.classes == ["animal", "bird", "drink", "food", "vehicle", "weather"]
assert confusion.counts.flatten().sum() == 64

String log = new File(basedir, "build.log").text
assert log.contains("234 to train on, 80 for validation, 94 for a test")
String second = log.substring(log.indexOf("Building Line-art emoji 1.1"))
assert second =~ /Failed to execute goal .*:evaluate .*validation\.loss.* of 1\.0/
return true
