import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Whether a call comes from esdh-connect, and is of now. The body is the bytes as they came, before anything parsed them. */
public final class Signature {
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final byte[] key;

    public Signature(String secret) {
        key = secret.startsWith("whsec_")
            ? Base64.getDecoder().decode(secret.substring("whsec_".length()))
            : secret.getBytes(StandardCharsets.UTF_8);
    }

    /** The arguments are the headers webhook-id, webhook-timestamp and webhook-signature. */
    public boolean isOf(String id, String timestamp, String signatures, byte[] body, Instant now)
            throws GeneralSecurityException {
        if (!timestamp.matches("[0-9]{1,12}")) return false;
        var age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now).abs();
        if (age.compareTo(TOLERANCE) > 0) return false;
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        var wanted = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
        for (var one : signatures.split(" ")) {
            if (MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), wanted)) return true;
        }
        return false;
    }

    /** To try it: java Signature.java SECRET.txt ID TIMESTAMP SIGNATURES BODY.json */
    public static void main(String[] given) throws IOException, GeneralSecurityException {
        var signature = new Signature(Files.readString(Path.of(given[0])).stripTrailing());
        System.out.println(signature.isOf(given[1], given[2], given[3], Files.readAllBytes(Path.of(given[4])), Instant.now()));
    }
}
