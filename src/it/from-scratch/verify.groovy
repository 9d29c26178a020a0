import groovy.json.JsonSlurper
import java.util.zip.ZipFile

String log = new File(basedir, "build.log").text
assert log.contains("<baseModelUntrained>: begins with random weights: unet, text_encoder")
assert log.contains("12,143,620 parameters")
def validations = new File(basedir, "target/sdtune/training.jsonl").readLines().collect { new JsonSlurper().parseText(it) }.findAll { it.event == "validation" }
// What an untrained network makes of noise is nothing: the error is the noise's own variance, and more.
assert validations[0].metrics["validation.loss"] > 1
assert validations[-1].metrics["validation.loss"] < validations[0].metrics["validation.loss"]
new ZipFile(new File(basedir, "target/sdtune/weights/model.zip")).withCloseable { zip ->
    assert zip.entries().collect { it.name }.containsAll(["unet/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors", "vae/diffusion_pytorch_model.safetensors"])
}
return true
