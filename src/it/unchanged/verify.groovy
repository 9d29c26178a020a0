String log = new File(basedir, "build.log").text

String second = log.substring(log.lastIndexOf("Building unchanged"))
["prepare-dataset", "fine-tune", "evaluate"].each {
    assert second.contains(it + ": up to date, nothing changed since") : it
}
assert !second.contains("step 12 of 12")
assert second.contains("The gate passed")
["lora.safetensors", "metrics.json", "report.html"].each {
    assert second.contains("unchanged-1.0-" + it) : it
}
return true
