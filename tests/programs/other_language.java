import java.util.List;

class Largest {
    static int largest(List<Integer> numbers) {
        int best = 0;
        for (int number : numbers) {
            if (number > best) {
                best = number;
            }
        }
        return best;
    }
}
